import { afterEach, expect, test } from 'vitest';
import { verifyLedger } from '../support/ledger-check.ts';
import { registerModel } from '../support/seed.ts';
import { cleanUp, newFolder, type ServerProcess, startServerProcess, until } from '../support/server-process.ts';

afterEach(cleanUp);

/** What the server has said yes to. */
interface Acknowledged {
  runs: string[];
  /** By run: the steps of the points of metric `loss`. */
  metrics: Map<string, number[]>;
  artifacts: string[];
  aliasMoves: number;
  labels: string[];
}

/** Writes of all sorts at once, each noted the moment it is acknowledged, until the server goes away. */
async function writeUntilGone(server: ServerProcess, acknowledged: Acknowledged, predictions: string[]) {
  const loop = async (write: (turn: number) => Promise<void>) => {
    try {
      for (let turn = 0; ; turn++) await write(turn);
    } catch (error) {
      // fetch throws TypeError when the connection breaks; anything else is a real failure.
      if (!(error instanceof TypeError)) throw error;
    }
  };
  const createRuns = loop(async (turn) => {
    const { id } = await server.ok('POST', 'runs', { experiment: 'e', name: `r${turn}` });
    acknowledged.runs.push(id);
  });
  const log = loop(async (turn) => {
    const run = acknowledged.runs.at(-1)!;
    await server.ok('POST', `runs/${run}/log`, { metrics: [{ key: 'loss', value: turn / 7, step: turn }] });
    acknowledged.metrics.set(run, [...(acknowledged.metrics.get(run) ?? []), turn]);
  });
  // To where it is not: a move to where it is would be none.
  const other = 3 - (await server.ok('GET', 'models/m')).aliases.champion;
  const moveAlias = loop(async (turn) => {
    await server.ok('PUT', 'models/m/aliases/champion', { version: turn % 2 === 0 ? other : 3 - other });
    acknowledged.aliasMoves++;
  });
  const keepFiles = loop(async (turn) => {
    const path = `runs/${acknowledged.runs[0]}/artifacts/round-${predictions[0]}/file-${turn}.txt`;
    await server.ok('PUT', path, `text ${turn}`);
    acknowledged.artifacts.push(path);
  });
  const label = loop(async (turn) => {
    const predictionId = predictions[turn % predictions.length]!;
    await server.ok('POST', 'feedback', { items: [{ predictionId, label: 1 }] });
    acknowledged.labels.push(predictionId);
  });
  await Promise.all([createRuns, log, moveAlias, keepFiles, label]);
}

async function checkAll(server: ServerProcess, acknowledged: Acknowledged): Promise<void> {
  for (const id of acknowledged.runs) expect((await server.call('GET', `runs/${id}`)).status).toBe(200);
  for (const [run, steps] of acknowledged.metrics) {
    const { items } = await server.ok('GET', `runs/${run}/metrics?key=loss&limit=1000`);
    const kept = new Set(items.map((point: { step: number }) => point.step));
    expect(steps.filter((step) => !kept.has(step))).toEqual([]);
  }
  for (const path of acknowledged.artifacts) {
    expect((await server.call('GET', path)).body).toBe(`text ${/file-(\d+)/.exec(path)![1]}`);
  }
  const moves = await server.ok('GET', 'models/m/alias-history?alias=champion&limit=1000');
  // One move more than acknowledged for each kill may have been committed while its answer was lost.
  expect(moves.items.length).toBeGreaterThanOrEqual(Math.min(1000, acknowledged.aliasMoves));
  const model = await server.ok('GET', 'models/m');
  expect(model.aliases.champion).toBe(moves.items[0].to);
  for (const id of new Set(acknowledged.labels)) expect((await server.ok('GET', `predictions/${id}`)).label).toBe(1);
  const { items } = await server.ok('GET', 'ledger/events?types=run.created&limit=1000');
  const told = new Set(items.map((event: { subject: { id: string } }) => event.subject.id));
  expect(acknowledged.runs.slice(-900).filter((id) => !told.has(id))).toEqual([]);
  await verifyLedger(server);
}

test('no write that was acknowledged is lost by kill -9, and the ledger verifies', async () => {
  const home = await newFolder();
  let server = await startServerProcess(home);
  await server.ok('POST', 'experiments', { name: 'e' });
  for (const bias of [0, 1]) await registerModel(server.call, 'm', bias);
  await server.ok('PUT', 'models/m/aliases/champion', { version: 1 });
  await server.ok('PUT', 'endpoints/ep', { spec: { model: 'm' } });
  const acknowledged: Acknowledged = { runs: [], metrics: new Map(), artifacts: [], aliasMoves: 0, labels: [] };
  for (const writes of [15, 40, 60]) {
    const first = await server.ok('POST', 'runs', { experiment: 'e' });
    acknowledged.runs.push(first.id);
    const rows = Array.from({ length: 20 }, (_, i) => ({ a: i, b: 1 }));
    const { predictions } = await server.ok('POST', 'endpoints/ep/predict', { rows });
    const ids: string[] = predictions.map(({ predictionId }: { predictionId: string }) => predictionId);
    const before = acknowledged.runs.length;
    const writing = writeUntilGone(server, acknowledged, ids);
    await until('enough writes', () => acknowledged.runs.length - before >= writes);
    await server.kill();
    await writing;
    server = await startServerProcess(home);
    await checkAll(server, acknowledged);
  }
  for (const part of [acknowledged.artifacts, acknowledged.labels]) expect(part.length).toBeGreaterThan(3);
  expect(acknowledged.aliasMoves).toBeGreaterThan(3);
  expect(await server.stop()).toBe(0);
});
