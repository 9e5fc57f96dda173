import { createReadStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openSqlite, type TestDatabase } from '../../../../test/support/databases.ts';
import { createLocalBlobs } from '../../../blobs/index.ts';
import type { Database } from '../../../database/database.ts';
import { createEngine, type Engine } from '../../../engine/index.ts';
import { createRandom } from '../../../kernel/random.ts';
import { Compactor } from './compact-client.ts';
import { type LogChunk, newChunk, writeId } from './log-chunk.ts';
import { type LogReaderDeps, newLogCursor, rowsSince, rowsUpTo } from './rows-since.ts';
import { createSegmentStore } from './segment-store.ts';
import { createWriteAhead } from './write-ahead.ts';

let opened: TestDatabase;
let database: Database;
const compactor = new Compactor();
let folder: string;
let engine: Engine;
beforeAll(async () => {
  opened = await openSqlite();
  database = opened.database;
  folder = await mkdtemp(join(tmpdir(), 'tidemill-rows-'));
  engine = createEngine({ threads: 1, tempFolder: join(folder, 'temp') });
});
afterAll(async () => {
  await engine.close();
  await compactor.close();
  await opened.dispose();
  await rm(folder, { recursive: true });
});

const columns = { features: { numbers: [], strings: [] }, outputs: { numbers: ['y'], strings: [] } };
const common = { endpoint: 'e', model: 'm', score: 'y', probabilities: [], classes: null, ...columns };
let made = 0;

function chunkOf(version: number, rows: number, loggedAt: number): LogChunk {
  const source = { ...common, version, variant: `v${version}`, shadow: false };
  const chunk = newChunk(source, rows);
  for (let row = 0; row < rows; row++) {
    writeId(chunk, `q${++made}`, { row, rows: 1 });
    chunk.at[row] = loggedAt;
    chunk.loggedAt[row] = loggedAt;
    chunk.outputNumbers[row] = made;
  }
  return chunk;
}

/** A replica: what it has in memory, and how a file of it becomes segments. */
function replica(name: string, blobs: LogReaderDeps['blobs']) {
  const files: { file: string; chunks: LogChunk[] }[] = [];
  const ahead = createWriteAhead(join(folder, name));
  const deps: LogReaderDeps = {
    database,
    engine,
    blobs,
    log: { recentFiles: async () => files.map((one) => ({ ...one, chunks: [...one.chunks] })) },
  };
  return {
    deps,
    async write(chunks: LogChunk[]) {
      const file = await ahead.append(chunks);
      const known = files.find((one) => one.file === file);
      if (known) known.chunks.push(...chunks);
      else files.push({ file, chunks: [...chunks] });
    },
    async compact(createdAt: number) {
      const file = await ahead.rotate();
      if (!file) return;
      const written = await compactor.run(ahead.path(file), join(folder, name), file);
      const segments = [];
      for (const [at, { path, ...segment }] of written.entries()) {
        const { digest } = await blobs.put(createReadStream(path));
        segments.push({ ...segment, id: `${file}.${at}`, file, digest, createdAt });
      }
      await createSegmentStore(database.query).insertSegments(segments);
      files.splice(
        files.findIndex((one) => one.file === file),
        1,
      );
    },
  };
}

test('each row once, whoever reads, whatever becomes Parquet in between, and the same again from the cursor', async () => {
  const blobs = await createLocalBlobs(folder);
  const [a, b] = [replica('a', blobs), replica('b', blobs)];
  const random = createRandom(4);
  const seen = new Map<number, number>();
  const wanted = { endpoint: 'e', versions: [1, 2], loggedFrom: 1000 };
  let cursor = newLogCursor(1000);
  let now = 1000;
  const look = async (reader: typeof a) => {
    const read = await rowsSince(reader.deps, cursor, { ...wanted, now });
    for (const { source, from, to } of read.unread) {
      const values = source.column('output', 'y')!;
      for (let row = from; row < to; row++) {
        const value = values.values[row * values.stride + values.offset] as number;
        seen.set(value, (seen.get(value) ?? 0) + 1);
      }
    }
    // As it is kept between looks.
    cursor = JSON.parse(JSON.stringify(read.cursor));
  };
  for (let turn = 0; turn < 60; turn++) {
    now += 1 + Math.floor(random() * 30);
    const writer = random() < 0.5 ? a : b;
    await writer.write([chunkOf(1, 1 + Math.floor(random() * 5), now), chunkOf(2, 1 + Math.floor(random() * 3), now)]);
    if (random() < 0.3) await (random() < 0.5 ? a : b).compact(now);
    // The reader changes: another server has taken over.
    await look(random() < 0.7 ? a : b);
  }
  now += 10;
  await a.compact(now);
  await b.compact(now);
  await look(a);
  expect(seen.size).toBe(made);
  expect([...seen.values()].every((times) => times === 1)).toBe(true);
  let again = 0;
  for await (const { from, to } of rowsUpTo(b.deps, cursor, { ...wanted, now })) again += to - from;
  expect(again).toBe(made);
  expect(JSON.stringify(cursor).length).toBeLessThan(20_000);
});
