import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openSqlite, type TestDatabase } from '../../../test/support/databases.ts';
import { createSpine } from '../../../test/support/spine.ts';
import { createLocalBlobs } from '../../blobs/index.ts';
import { createEngine, type Engine } from '../../engine/index.ts';
import { systemActor } from '../../kernel/actor.ts';
import { systemClock } from '../../kernel/clock.ts';
import { createData, type Data } from './index.ts';

let folder: string;
let database: TestDatabase;
let engine: Engine;
let data: Data;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tidemill-properties-'));
  database = await openSqlite();
  const { ledger } = createSpine(database.database);
  engine = createEngine({ tempFolder: join(folder, 'temp') });
  const blobs = await createLocalBlobs(join(folder, 'home'));
  const parts = { database: database.database, ledger, clock: systemClock, engine, blobs };
  data = await createData({ ...parts, allowedRoots: [folder], stagingFolder: join(folder, 'staging') });
});
afterAll(async () => {
  await engine.close();
  await database.dispose();
  await rm(folder, { recursive: true, force: true });
});

type Cell = number | string | null;
type Table = { id: number; x: Cell; s: Cell }[];

/** A small generator (Park and Miller), so that a failing case can be made again from its seed. */
function random(seed: number): () => number {
  let state = seed * 2654435761 + 1;
  return () => {
    state = (48271 * (state % 2147483647)) % 2147483647;
    return state / 2147483647;
  };
}

const texts = ['a', 'b b', 'c,"d"', 'ünï\n2', '', 'NULL', '007', "it's"];

function makeTable(next: () => number): Table {
  const rows = 1 + Math.floor(next() * 60);
  return Array.from({ length: rows }, () => ({
    id: Math.floor(next() * rows * 2),
    x: next() < 0.2 ? null : Math.round((next() - 0.5) * 1000) / 8 + 0,
    s: next() < 0.2 ? null : texts[Math.floor(next() * texts.length)]!,
  }));
}

/** NDJSON tells null from '' apart, which CSV cannot. */
async function ingest(dataset: string, rows: Table, expectations: Parameters<Data['ingest']>[1]['expectations'] = []) {
  const path = join(folder, `${dataset}.ndjson`);
  await writeFile(path, rows.map((row) => JSON.stringify(row)).join('\n'));
  const types = { id: 'BIGINT', x: 'DOUBLE', s: 'VARCHAR' };
  return data.ingest(systemActor, { dataset, source: { files: [path], types }, expectations });
}

const seeds = Array.from({ length: 12 }, (_, i) => i + 1);

describe('whatever the rows are', () => {
  test.each(seeds)('rows go in and come out, and their hash knows no order (seed %i)', async (seed) => {
    const next = random(seed);
    const rows = makeTable(next);
    const name = `order-${seed}`;
    const first = await ingest(name, rows);
    expect((await data.rows(name, { limit: 1000 })).items).toEqual(rows);
    const shuffled = rows.map((row) => ({ row, at: next() })).sort((a, b) => a.at - b.at);
    const second = await ingest(
      name,
      shuffled.map(({ row }) => row),
    );
    expect(second.version.rowHash).toBe(first.version.rowHash);
    const changed = rows.map((row, i) => (i === 0 ? { ...row, x: 99_999 } : row));
    expect((await ingest(name, changed)).version.rowHash).not.toBe(first.version.rowHash);
  });

  test.each(seeds)('valid and quarantined rows are all rows, judged as a loop judges them (seed %i)', async (seed) => {
    const rows = makeTable(random(seed + 100));
    // One good row for sure: a table without any is refused.
    rows.push({ id: -1, x: 1, s: 'a' });
    const times = new Map<number, number>();
    for (const { id } of rows) times.set(id, (times.get(id) ?? 0) + 1);
    const broken = (row: Table[number]) => [
      ...(row.x !== null && (Number(row.x) < -20 || Number(row.x) > 20) ? ['range'] : []),
      ...(times.get(row.id)! > 1 ? ['key'] : []),
      ...(row.s === null ? ['present'] : []),
      ...(row.s !== null && Number(String(row.s).length) > 3 ? ['short'] : []),
    ];
    const { version } = await ingest(`split-${seed}`, rows, [
      { type: 'between', column: 'x', min: -20, max: 20, id: 'range' },
      { type: 'unique', column: 'id', id: 'key' },
      { type: 'not_null', column: 's', id: 'present', severity: 'warn' },
      { type: 'sql', expression: 'length(s) <= 3', id: 'short' },
    ]);
    const fails = (row: Table[number]) => broken(row).some((rule) => rule !== 'present');
    expect((await data.rows(version.id, { limit: 1000 })).items).toEqual(rows.filter((row) => !fails(row)));
    const apart = rows.map((row, i) => ({ ...row, _row: i + 1, _rules: broken(row) })).filter(fails);
    expect((await data.quarantine(version.id, { limit: 1000 })).items).toEqual(apart);
  });

  test.each(seeds)('a difference counts rows as a loop counts them (seed %i)', async (seed) => {
    const next = random(seed + 200);
    const from = makeTable(next);
    const to = [...from.filter(() => next() < 0.7), ...makeTable(next).slice(0, 5)];
    if (to.length === 0) to.push(from[0]!);
    const name = `diff-${seed}`;
    const a = (await ingest(name, from)).version;
    const b = (await ingest(name, to)).version;
    const count = (rows: Table) => {
      const counts = new Map<string, number>();
      for (const row of rows) counts.set(JSON.stringify(row), (counts.get(JSON.stringify(row)) ?? 0) + 1);
      return counts;
    };
    const less = (one: Map<string, number>, other: Map<string, number>) =>
      [...one].reduce((sum, [key, times]) => sum + Math.max(0, times - (other.get(key) ?? 0)), 0);
    const diff = await data.diff(a.id, b.id);
    expect([diff.rowsAdded, diff.rowsRemoved]).toEqual([less(count(to), count(from)), less(count(from), count(to))]);
    expect(diff.sameRows).toBe(diff.rowsAdded + diff.rowsRemoved === 0);
  });
});
