import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openSqlite, type TestDatabase } from '../../../test/support/databases.ts';
import { createSpine, type Spine } from '../../../test/support/spine.ts';
import { type Blobs, createLocalBlobs } from '../../blobs/index.ts';
import { createEngine, type Engine } from '../../engine/index.ts';
import { type Actor, systemActor } from '../../kernel/actor.ts';
import { createManualClock } from '../../kernel/clock.ts';
import { createData, type Data, type ExpectationInput } from './index.ts';

const clock = createManualClock(Date.UTC(2001, 5, 1));
let folder: string;
let database: TestDatabase;
let spine: Spine;
let engine: Engine;
let blobs: Blobs;
let data: Data;
const actor: Actor = { id: 'u1', kind: 'user', name: 'ada', permissions: ['data.read', 'data.write'] };

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tidemill-data-'));
  await mkdir(join(folder, 'in'));
  database = await openSqlite();
  spine = createSpine(database.database, clock);
  engine = createEngine({ tempFolder: join(folder, 'temp') });
  blobs = await createLocalBlobs(join(folder, 'home'));
  data = await open([join(folder, 'in')]);
});
afterAll(async () => {
  await engine.close();
  await database.dispose();
  await rm(folder, { recursive: true, force: true });
});

function open(allowedRoots: string[]): Promise<Data> {
  const parts = { database: database.database, ledger: spine.ledger, clock, engine, blobs };
  return createData({ ...parts, allowedRoots, stagingFolder: join(folder, 'staging') });
}

async function put(name: string, text: string): Promise<string> {
  const path = join(folder, 'in', name);
  await writeFile(path, text);
  return path;
}

async function ingest(dataset: string, text: string, expectations: ExpectationInput[] = []) {
  const file = await put(`${dataset}.csv`, text);
  clock.advance(1000);
  return data.ingest(actor, { dataset, source: { files: [file] }, expectations });
}

async function events(name: string): Promise<string[]> {
  const read = await spine.ledger.read({ limit: 1000 });
  return read
    .filter((event) => event.data['name'] === name || event.data['dataset'] === name)
    .map((event) => event.type);
}

describe('versions', () => {
  test('files become a version, with its event; the same content makes no second one', async () => {
    const first = await ingest('trips', 'id,city,fare\n1,Ulm,2.5\n2,Bonn,\n');
    expect(first).toMatchObject({
      created: true,
      validation: null,
      version: { dataset: 'trips', version: 1, rows: 2, quarantinedRows: 0, isCurrent: true, createdBy: 'ada' },
    });
    expect(first.version.columns).toEqual([
      { name: 'id', type: 'BIGINT' },
      { name: 'city', type: 'VARCHAR' },
      { name: 'fare', type: 'DOUBLE' },
    ]);
    const again = await ingest('trips', 'id,city,fare\n1,Ulm,2.5\n2,Bonn,\n');
    expect(again).toMatchObject({ created: false, version: { id: first.version.id } });
    expect(await events('trips')).toEqual(['dataset.created', 'dataset-version.created']);
    expect(await data.rows('trips', { limit: 10 })).toMatchObject({
      items: [
        { id: 1, city: 'Ulm', fare: 2.5 },
        { id: 2, city: 'Bonn', fare: null },
      ],
    });
  });

  test('references name versions in every form', async () => {
    const one = (await ingest('refs', 'a\n1\n')).version;
    const two = (await ingest('refs', 'a\n1\n2\n')).version;
    await data.tag(actor, 'refs@1', 'golden');
    for (const reference of [
      'refs@1',
      'refs@golden',
      `refs@sha256:${one.digest}`,
      `refs@sha${one.digest.slice(0, 8)}`,
      one.id,
    ]) {
      expect((await data.resolve(reference)).id).toBe(one.id);
    }
    for (const reference of ['refs', 'refs@latest', 'refs@2']) expect((await data.resolve(reference)).id).toBe(two.id);
    for (const reference of ['none', 'refs@3', 'refs@silver', 'refs@sha256:000000', newLooking(one.id)]) {
      await expect(data.resolve(reference)).rejects.toMatchObject({ code: 'not_found' });
    }
    expect((await data.versions('refs', { limit: 1 })).items.map((version) => version.version)).toEqual([2]);
  });

  test('an older version can be restored, by name or by ingesting its content again', async () => {
    const text = 'a\n1\n';
    await ingest('undo', text);
    await ingest('undo', 'a\n7\n');
    expect(await data.restore(actor, 'undo@1')).toMatchObject({ version: 1, isCurrent: true });
    await data.restore(actor, 'undo@2');
    expect(await ingest('undo', text)).toMatchObject({ created: false, version: { version: 1, isCurrent: true } });
    expect((await events('undo')).filter((type) => type === 'dataset.restored')).toHaveLength(3);
    expect(await data.show('undo')).toMatchObject({ currentVersion: 1, versions: 2 });
  });

  test('tags move, go, and may not look like other references', async () => {
    await ingest('tagged', 'a\n1\n');
    await ingest('tagged', 'a\n2\n');
    await data.tag(actor, 'tagged@1', 'prod');
    expect(await data.tag(actor, 'tagged@2', 'prod')).toMatchObject({ version: 2, tags: ['prod'] });
    await data.tag(actor, 'tagged@2', 'prod');
    expect((await events('tagged')).filter((type) => type === 'dataset.tagged')).toHaveLength(2);
    await data.untag(actor, 'tagged', 'prod');
    await expect(data.resolve('tagged@prod')).rejects.toMatchObject({ code: 'not_found' });
    for (const tag of ['3', 'latest', 'sha1', 'a/b', '']) {
      await expect(data.tag(actor, 'tagged@1', tag)).rejects.toMatchObject({ code: 'invalid_name' });
    }
  });

  test('two versions are compared by columns, rows and profiles', async () => {
    await ingest('diffed', 'id,v\n1,a\n2,b\n2,b\n3,c\n');
    await ingest('diffed', 'v,id,extra\na,1,x\nb,2,x\nd,4,x\n');
    const diff = await data.diff('diffed@1', 'diffed@2');
    expect(diff).toMatchObject({
      sameRows: false,
      columnsAdded: [{ name: 'extra', type: 'VARCHAR' }],
      columnsRemoved: [],
      rowsAdded: 1,
      rowsRemoved: 2,
      addedExamples: [{ id: 4, v: 'd' }],
      removedExamples: [{ id: 3, v: 'c' }],
    });
    expect(diff.columns.find((column) => column.name === 'id')).toMatchObject({ mean: { from: 2, to: 7 / 3 } });
    await ingest('diffed', 'id,v\n3,c\n2,b\n1,a\n2,b\n');
    expect(await data.diff('diffed@1', 'diffed@3')).toMatchObject({ sameRows: true, rowsAdded: 0, rowsRemoved: 0 });
  });

  test('a deleted dataset is gone, unless something needs it', async () => {
    await ingest('base', 'a\n1\n');
    await data.writeVersion(actor, {
      dataset: 'derived',
      source: { sql: 'SELECT a + 1 AS b FROM t', inputs: { t: 'base' } },
    });
    await expect(data.remove(actor, 'base')).rejects.toMatchObject({ code: 'in_use' });
    data.addUsage({ name: 'models', user: async (ids) => (ids.includes(kept.id) ? 'model churn@3' : undefined) });
    const kept = await data.resolve('derived');
    await expect(data.remove(actor, 'derived')).rejects.toThrow('model churn@3');
    kept.id = '';
    await data.remove(actor, 'derived');
    await data.remove(actor, 'base');
    await expect(data.show('base')).rejects.toMatchObject({ code: 'not_found' });
    expect((await events('base')).at(-1)).toBe('dataset.deleted');
  });
});

function newLooking(id: string): string {
  return `${id.slice(0, -4)}0000`;
}

describe('rules', () => {
  const rules: ExpectationInput[] = [
    { type: 'between', column: 'fare', min: 0, id: 'fare' },
    { type: 'not_null', column: 'city', severity: 'warn' },
  ];

  test('rows that break error rules are in quarantine with their reasons, in the same version', async () => {
    const { version, validation } = await ingest('judged', 'id,city,fare\n1,Ulm,2\n2,,-3\n3,,4\n', rules);
    expect(version).toMatchObject({ rows: 2, quarantinedRows: 1 });
    expect(validation).toMatchObject({ outcome: 'quarantined', rows: 3, failedRules: ['fare', 'not_null:city'] });
    expect((await data.quarantine('judged', { limit: 10 })).items).toEqual([
      { id: 2, city: null, fare: -3, _row: 2, _rules: ['fare', 'not_null:city'] },
    ]);
    const checks = await data.checks(version.validationId!);
    expect(checks.map((check) => [check.rule, check.passed, check.failedRows])).toEqual([
      ['fare', false, 1],
      ['not_null:city', false, 2],
    ]);
    expect((await data.validations('judged', { limit: 10 })).items).toHaveLength(1);
  });

  test('a table that breaks an error rule is refused: no version, but the reason is kept', async () => {
    await ingest('refused', 'a\n1\n2\n');
    const rule: ExpectationInput = { type: 'row_count', min: 5 };
    await expect(ingest('refused', 'a\n1\n2\n3\n', [rule])).rejects.toMatchObject({ code: 'invalid_data' });
    expect(await data.show('refused')).toMatchObject({ versions: 1 });
    expect((await data.validations('refused', { limit: 10 })).items).toMatchObject([
      { outcome: 'refused', version: null },
    ]);
    await expect(ingest('never', 'a\n1\n', [rule])).rejects.toMatchObject({ code: 'invalid_data' });
    await expect(data.show('never')).rejects.toMatchObject({ code: 'not_found' });
    const all: ExpectationInput = { type: 'between', column: 'a', min: 10 };
    await expect(ingest('refused', 'a\n1\n9\n', [all])).rejects.toThrow('All 2 rows break rules');
  });

  test('a declared dataset brings its source and rules; the same declaration again changes nothing', async () => {
    const file = await put('declared.csv', 'id,fare\n1,5\n2,-1\n3,1\n4,2\n');
    const spec = { source: { files: [file] }, expectations: rules.slice(0, 1), maxQuarantinedShare: 0.25 };
    await data.declare(actor, 'declared', spec);
    await data.declare(actor, 'declared', spec);
    expect(await events('declared')).toEqual(['dataset.created', 'dataset.declared']);
    expect(await data.declared()).toMatchObject([{ name: 'declared', spec: { maxQuarantinedShare: 0.25 } }]);
    expect((await data.ingest(actor, { dataset: 'declared' })).version).toMatchObject({ rows: 3, quarantinedRows: 1 });
    await put('declared.csv', 'id,fare\n1,5\n2,-1\n3,1\n');
    await expect(data.ingest(actor, { dataset: 'declared' })).rejects.toThrow('a share of 0.25 is allowed');
    await data.undeclare(actor, 'declared');
    expect(await data.declared()).toEqual([]);
    await expect(data.ingest(actor, { dataset: 'declared' })).rejects.toMatchObject({ code: 'invalid_input' });
    await expect(data.declare(actor, 'x', { expectations: [{ type: 'between' }] })).rejects.toMatchObject({
      code: 'invalid_input',
      details: { field: 'expectations.0.column' },
    });
  });

  test('a version can be judged again without being changed', async () => {
    await ingest('again', 'a\n1\n2\n');
    const judged = await data.validate(actor, {
      reference: 'again',
      expectations: [{ type: 'between', column: 'a', max: 1 }],
    });
    expect(judged).toMatchObject({ outcome: 'refused', version: 1, failedRules: ['between:a'] });
    expect(judged.checks[0]).toMatchObject({ failedRows: 1, examples: ['2'] });
    expect((await data.resolve('again')).rows).toBe(2);
    expect(await data.checks(judged.id)).toEqual(judged.checks);
  });
});

describe('made inside the platform', () => {
  test('a SELECT over versions makes one with its lineage', async () => {
    const parent = (await ingest('source', 'k,v\na,1\na,2\nb,5\n')).version;
    const { version } = await data.writeVersion(actor, {
      dataset: 'sums',
      source: { sql: 'SELECT k, sum(v) AS total FROM s GROUP BY k ORDER BY k', inputs: { s: 'source@1' } },
      lineage: { producer: { runId: 'r1', stepName: 'sum' } },
      tags: ['nightly'],
    });
    expect(version).toMatchObject({
      rows: 2,
      parents: [parent.id],
      producer: { runId: 'r1', stepName: 'sum' },
      tags: ['nightly'],
    });
    const bad = { sql: "SELECT * FROM read_csv('/etc/passwd')", inputs: {} };
    await expect(data.writeVersion(actor, { dataset: 'bad', source: bad })).rejects.toMatchObject({
      code: 'invalid_query',
    });
  });

  test('Parquet files become a version as they are', async () => {
    const path = join(folder, 'made.parquet');
    await engine.writeParquet(path, { columns: [{ name: 'x', type: 'DOUBLE', values: Float64Array.of(1, 2, 4) }] });
    const { version } = await data.writeVersion(actor, { dataset: 'made', source: { parquetPaths: [path] } });
    const opened = await data.open(version.id);
    expect(await engine.query(`SELECT sum(x) AS s FROM read_parquet($1)`, [opened.parquetPaths[0]!])).toEqual([
      { s: 7 },
    ]);
    const profile = await data.profile('made');
    expect(profile.columns[0]).toMatchObject({
      name: 'x',
      kind: 'number',
      nulls: 0,
      distinct: 3,
      min: 1,
      max: 4,
      mean: 7 / 3,
    });
    expect(profile.columns[0]!.quantiles!['0.5']).toBe(2);
    expect(profile.columns[0]!.histogram!.counts.reduce((sum, count) => sum + count)).toBe(3);
  });
});

describe('what the server may read', () => {
  test('paths stay inside the roots, links and globs included', async () => {
    const outside = join(folder, 'secret.csv');
    await writeFile(outside, 'a\n1\n');
    await symlink(outside, join(folder, 'in', 'link.csv'));
    for (const file of [
      outside,
      join(folder, 'in', '..', 'secret.csv'),
      join(folder, 'in', 'link.csv'),
      join(folder, '*.csv'),
      '/etc/hostname',
    ]) {
      const attempt = data.ingest(actor, { dataset: 'leak', source: { files: [file] } });
      await expect(attempt).rejects.toMatchObject({ code: 'not_found' });
    }
    await put('part-1.csv', 'a\n1\n');
    await put('part-2.csv', 'a\n2\n');
    const { version } = await data.ingest(actor, { dataset: 'parts', source: { files: ['part-*.csv'] } });
    expect(version.rows).toBe(2);
  });

  test('without roots only those who hold data.read-files name paths; anybody may upload', async () => {
    const file = await put('up.csv', 'a\n1\n');
    const rootless = await open([]);
    const source = { files: [file] };
    await expect(rootless.ingest(actor, { dataset: 'up', source })).rejects.toMatchObject({ code: 'forbidden' });
    expect((await rootless.ingest(systemActor, { dataset: 'up', source })).created).toBe(true);
    const { digest } = await blobs.put('a\n5\n');
    const uploaded = { uploads: [{ digest, name: 'mine.csv' }] };
    expect((await rootless.ingest(actor, { dataset: 'mine', source: uploaded })).version.rows).toBe(1);
    const none = { uploads: [{ digest: '0'.repeat(64), name: 'none.csv' }] };
    await expect(rootless.ingest(actor, { dataset: 'mine', source: none })).rejects.toMatchObject({
      code: 'not_found',
    });
  });

  test('nothing stays in staging, and an aborted ingest leaves nothing', async () => {
    const file = await put('aborted.csv', 'a\n1\n');
    const attempt = data.ingest(
      actor,
      { dataset: 'aborted', source: { files: [file] } },
      { signal: AbortSignal.abort() },
    );
    await expect(attempt).rejects.toMatchObject({ code: 'cancelled' });
    await expect(data.show('aborted')).rejects.toMatchObject({ code: 'not_found' });
    expect(await readdir(join(folder, 'staging'))).toEqual([]);
  });
});
