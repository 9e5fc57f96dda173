import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, expect, test } from 'vitest';
import type { WrittenSegment } from './compact.ts';
import type { LogTarget } from './log-entry.ts';
import { type LogOptions, PredictionLog, type SegmentSink } from './prediction-log.ts';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;
const mega = 2 ** 20;
const [texts, rows] = [500, 64];

const columns = Array.from({ length: texts }, (_, at) => `t${at}`);
const target = {
  source: {
    endpoint: 'wide',
    model: 'm',
    version: 1,
    variant: 'champion',
    shadow: false,
    features: { numbers: [], strings: columns },
    outputs: { numbers: [], strings: [] },
    score: null,
    probabilities: [],
    classes: null,
  },
  plan: { numbers: 0, strings: texts },
  numberPlaces: [],
  stringPlaces: columns.map((_, at) => at),
  outputs: [],
} as unknown as LogTarget;

/** A request whose rows have 500 columns of text that nothing else holds: about 1.8 MB. */
function wideRequest(id: number) {
  const strings = Array.from({ length: texts * rows }, (_, at) => `a text of ${id} and ${at} that is long`);
  const block = { rows, numbers: new Float64Array(0), strings };
  const times = { at: id, loggedAt: id, latencyMs: 1 };
  return { target, requestId: `r${id}`, rows, block, code: 200, propensity: 1, ...times };
}

/** What is in use of this process's memory, garbage left out. */
function usedBytes(): number {
  collect();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

let folder = '';
let log: PredictionLog;
const errors: unknown[] = [];

async function openLog(sink: Partial<SegmentSink> = {}): Promise<void> {
  folder = await mkdtemp(join(tmpdir(), 'tidemill-log-'));
  log = new PredictionLog(optionsOf(sink));
  await log.open();
}

function optionsOf(sink: Partial<SegmentSink>): LogOptions {
  const bounds = { maxBufferedBytes: 8 * mega, maxRecentBytes: 8 * mega, segmentBytes: 8 * mega };
  const whole = { hasFile: async () => false, keep: async () => {}, ...sink };
  return { folder, sink: whole, onError: (error) => errors.push(error), ...bounds };
}

afterEach(async () => {
  await log.close();
  await rm(folder, { recursive: true, force: true });
  expect(errors.splice(0)).toEqual([]);
});

/** Four times what may wait, and what its writing as text takes. */
const mostBytes = 48 * mega;

test('wide rows as fast as they come: memory has a bound, files too, and what is not written is counted', async () => {
  const segments: WrittenSegment[] = [];
  await openLog({ keep: async (_file, more) => void segments.push(...more) });
  const before = usedBytes();
  let most = 0;
  let largest = 0;
  const requests = 150;
  for (let id = 0; id < requests; id++) {
    log.add(wideRequest(id));
    // Nobody waits for the disk.
    if (id % 3 === 0) await turn();
    if (id % 5 !== 0) continue;
    most = Math.max(most, usedBytes() - before);
    for (const file of (await readdir(folder)).filter((name) => name.endsWith('.wal'))) {
      const { size } = await stat(join(folder, file)).catch(() => ({ size: 0 }));
      largest = Math.max(largest, size);
    }
  }
  await log.compact();
  await log.compact();
  const written = segments.reduce((sum, segment) => sum + segment.rows, 0);
  expect(written + log.droppedRows).toBe(requests * rows);
  expect(written).toBeGreaterThan(0);
  expect(most).toBeLessThan(mostBytes);
  expect(largest).toBeLessThan(24 * mega);
  expect(usedBytes() - before).toBeLessThan(mostBytes);
}, 60_000);

test('a disk that stands still: rows beyond the bound are dropped and counted, the rest is written when it goes on', async () => {
  await openLog();
  for (let id = 0; id < 40; id++) log.add(wideRequest(id));
  expect(log.droppedRows).toBeGreaterThan(30 * rows);
  const taken = 40 * rows - log.droppedRows;
  expect(log.bufferedRows).toBe(taken);
  await log.flush();
  expect([log.bufferedRows, (await log.recent()).chunks.reduce((sum, chunk) => sum + chunk.rows, 0)]).toEqual([
    0,
    taken,
  ]);
});

test('one request that is larger than the bound is taken where nothing else waits', async () => {
  await openLog();
  const strings = Array.from({ length: 8 }, () => wideRequest(1).block.strings).flat();
  const large = { ...wideRequest(1), rows: 8 * rows, block: { rows: 8 * rows, numbers: new Float64Array(0), strings } };
  log.add(large);
  log.add(wideRequest(2));
  expect([log.bufferedRows, log.droppedRows]).toEqual([8 * rows, rows]);
  await log.flush();
});

test('what an earlier process left is kept in memory up to the bound, and read from the files beyond it', async () => {
  const away = { keep: async () => Promise.reject(new Error('The database is away.')) };
  await openLog(away);
  const requests = 24;
  for (let id = 0; id < requests; id++) {
    log.add(wideRequest(id));
    await log.flush();
  }
  await log.close();
  expect(errors.splice(0).length).toBeGreaterThan(0);
  const before = usedBytes();
  log = new PredictionLog(optionsOf(away));
  await log.open();
  expect(usedBytes() - before).toBeLessThan(mostBytes / 2);
  const { chunks } = await log.recent();
  expect(chunks.reduce((sum, chunk) => sum + chunk.rows, 0)).toBe(requests * rows);
});
