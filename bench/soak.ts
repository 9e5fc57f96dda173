import { parseArgs } from 'node:util';
import { residentBytes, startServer, stopServer } from './child-server.ts';
import type { BenchResult } from './result.ts';
import { jsonWork, load } from './serving-work.ts';

const warmSeconds = 20;

/** Bytes at a time after the start. */
interface Sample {
  hours: number;
  bytes: number;
}

/** A slope in bytes an hour with the half width of its 95 % confidence interval. */
interface Slope {
  perHour: number;
  within: number;
}

/**
 * Half of the load that a server can take, for `minutes`, everything logged. Every tenth of the time it is left idle for a
 * moment, its garbage is collected, and its memory is read: what grows then leaks.
 */
export async function soak(minutes: number): Promise<BenchResult> {
  const server = await startServer('serving-server.ts', ['soak']);
  const target = `${server.words[0]}/v2/models/forest/infer`;
  const work = jsonWork(1);
  try {
    const peak = await load(target, work, { seconds: warmSeconds });
    const rate = Math.floor(peak.perSecond / 2);
    const resident: Sample[] = [];
    const heap: Sample[] = [];
    const startedAt = performance.now();
    const seconds = Math.max(3, (minutes * 60) / rounds - settleSeconds);
    let requests = 0;
    let errors = 0;
    for (let round = 0; round < rounds; round++) {
      const seen = await load(target, work, { seconds, rate });
      requests += seen.requests;
      errors += seen.errors;
      const used = await settled(server.child);
      const hours = (performance.now() - startedAt) / 3_600_000;
      resident.push({ hours, bytes: residentBytes(server.child.pid!) });
      heap.push({ hours, bytes: used });
    }
    return report({ minutes, rate, requests, errors, resident, heap });
  } finally {
    await stopServer(server.child);
  }
}

const rounds = 20;
const settleSeconds = 2;

/** Lets the server collect its garbage and tells the bytes of its heap that are in use. */
async function settled(child: Awaited<ReturnType<typeof startServer>>['child']): Promise<number> {
  await new Promise((resolve) => setTimeout(resolve, settleSeconds * 1000));
  return new Promise((resolve, reject) => {
    child.once('message', (bytes) => resolve(Number(bytes)));
    child.once('exit', (code) => reject(new Error(`The server ended with ${code}.`)));
    child.send('collect');
  });
}

interface Soaked {
  minutes: number;
  rate: number;
  requests: number;
  errors: number;
  resident: Sample[];
  heap: Sample[];
}

function report({ minutes, rate, requests, errors, resident, heap }: Soaked): BenchResult {
  const figure = (name: string, samples: Sample[]) => {
    // The first quarter fills caches and pools.
    const { perHour, within } = slopeOf(samples.slice(samples.length >> 2));
    const megabytes = (bytes: number) => bytes / 2 ** 20;
    const verdict = Math.abs(perHour) <= within ? 'not different from 0' : perHour > 0 ? 'it grows' : 'it shrinks';
    const value = megabytes(perHour);
    const ratio = `± ${megabytes(within).toFixed(1)} (95 %), ${verdict}`;
    const last = megabytes(samples.at(-1)!.bytes);
    return [
      { label: `${name}: slope`, value, unit: 'MB an hour', goal: '0 within its interval', ratio },
      { label: `${name} at the end`, value: last, unit: 'MB' },
    ];
  };
  return {
    name: 'soak',
    figures: [
      { label: `${minutes} minutes at half load: requests a second`, value: rate, unit: 'req/s' },
      { label: 'requests answered', value: requests, unit: '' },
      { label: 'requests that failed', value: errors, unit: '', goal: '0' },
      ...figure('resident memory', resident),
      ...figure('heap in use', heap),
    ],
  };
}

/** Ordinary least squares of bytes over hours; the interval from the residuals, with Student's t of n - 2 degrees. */
export function slopeOf(samples: readonly Sample[]): Slope {
  const n = samples.length;
  const mean = (pick: (sample: Sample) => number) => samples.reduce((sum, one) => sum + pick(one), 0) / n;
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

/** One hour, or `--minutes`. */
export default function run(): Promise<BenchResult> {
  const { values } = parseArgs({ options: { minutes: { type: 'string' } }, strict: false, allowPositionals: true });
  return soak(Number(values.minutes ?? process.env['SOAK_MINUTES'] ?? 60));
}

if (import.meta.main) {
  const result = await run();
  process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
  const isBad = result.figures.some(
    ({ label, value, ratio }) => (label.includes('failed') && value > 0) || ratio?.endsWith('it grows'),
  );
  process.exit(isBad ? 1 : 0);
}
