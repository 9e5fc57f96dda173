import { createLoad } from './load-generator.ts';
import { newFolder, type ServerProcess, startServerProcess } from './server-process.ts';
import { forestModel } from './test-models.ts';

/** The memory of a server at a time after the start. */
export interface MemorySample {
  hours: number;
  bytes: number;
}

/** A slope in bytes an hour with the half width of its 95 % confidence interval. */
export interface Slope {
  perHour: number;
  within: number;
}

/** What a server did for a long time under a steady load. */
export interface Soaked {
  /** Requests a second. */
  rate: number;
  answered: number;
  /** What was answered wrong or not at all, and how often. */
  faults: Map<string, number>;
  memory: MemorySample[];
  /** What the usual memory of the last third is above that of the middle third: warming up is over by then. */
  growthBytes: number;
  slope: Slope;
  /** How the server ended, and what it wrote to standard error. */
  ended: number | null;
  stderr: string;
}

const features = 30;
const probeMs = 10_000;
const sampleMs = 2000;

async function openForest(): Promise<ServerProcess> {
  const server = await startServerProcess(await newFolder());
  const { digest } = await server.ok('POST', 'uploads', forestModel({ features }));
  await server.ok('POST', 'models/forest/versions', { digest });
  await server.ok('PUT', 'models/forest/aliases/champion', { version: 1 });
  await server.ok('PUT', 'endpoints/forest', { spec: { model: 'forest' } });
  return server;
}

/** A server of its own, its whole log on, asked `rate` times a second for `minutes`; at half of what it can take unless said. */
export async function soak({ minutes, rate: wanted }: { minutes: number; rate?: number }): Promise<Soaked> {
  const server = await openForest();
  const data = Array.from({ length: features }, (_, at) => at / features);
  const inputs = [{ name: 'X', datatype: 'FP32', shape: [1, features], data }];
  const body = Buffer.from(JSON.stringify({ id: 'soak', inputs }));
  const load = createLoad({ url: `${server.url}/v2/models/forest/infer`, body });
  const right = (await load.post()).body;
  let probed = 0;
  if (wanted === undefined) await load.closed(32, probeMs, () => void probed++);
  const rate = wanted ?? Math.max(1, Math.floor((probed * 1000) / probeMs / 2));
  const faults = new Map<string, number>();
  let answered = 0;
  const memory: MemorySample[] = [];
  const startedAt = performance.now();
  const watching = setInterval(async () => {
    const bytes = await server.memoryBytes();
    memory.push({ hours: (performance.now() - startedAt) / 3_600_000, bytes });
  }, sampleMs);
  await load.open(rate, minutes * 60_000, (answer) => {
    answered++;
    if (answer.status === 200 && answer.body.equals(right)) return;
    const fault = `${answer.status} ${answer.body.toString('utf8', 0, 200)}`;
    faults.set(fault, (faults.get(fault) ?? 0) + 1);
  });
  clearInterval(watching);
  load.close();
  const ended = await server.stop();
  // The first quarter fills caches and pools.
  const slope = slopeOf(memory.slice(memory.length >> 2));
  return { rate, answered, faults, memory, growthBytes: growthOf(memory), slope, ended, stderr: server.stderr() };
}

function growthOf(samples: readonly MemorySample[]): number {
  const third = Math.floor(samples.length / 3);
  return median(samples.slice(2 * third)) - median(samples.slice(third, 2 * third));
}

function median(samples: readonly MemorySample[]): number {
  return samples.map(({ bytes }) => bytes).sort((one, other) => one - other)[samples.length >> 1] ?? 0;
}

/** Ordinary least squares of bytes over hours; the interval from the residuals, with Student's t of n - 2 degrees. */
export function slopeOf(samples: readonly MemorySample[]): Slope {
  const n = samples.length;
  const mean = (pick: (sample: MemorySample) => number) => samples.reduce((sum, one) => sum + pick(one), 0) / n;
  const x = mean(({ hours }) => hours);
  const y = mean(({ bytes }) => bytes);
  let xx = 0;
  let xy = 0;
  for (const { hours, bytes } of samples) {
    xx += (hours - x) ** 2;
    xy += (hours - x) * (bytes - y);
  }
  const perHour = xy / xx;
  const residual = samples.reduce((sum, { hours, bytes }) => sum + (bytes - y - perHour * (hours - x)) ** 2, 0);
  return { perHour, within: studentT(n - 2) * Math.sqrt(residual / (n - 2) / xx) };
}

/** The 97.5 % quantile of Student's t, by Cornish and Fisher's expansion around the normal one (Abramowitz & Stegun 26.7.5). */
function studentT(degrees: number): number {
  const z = 1.959964;
  const g1 = (z ** 3 + z) / 4;
  const g2 = (5 * z ** 5 + 16 * z ** 3 + 3 * z) / 96;
  return z + g1 / degrees + g2 / degrees ** 2;
}
