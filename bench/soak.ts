import { parseArgs } from 'node:util';
import { cleanUp } from '../test/support/server-process.ts';
import { soak } from '../test/support/soak.ts';
import type { BenchResult } from './result.ts';

const megabytes = (bytes: number) => bytes / 2 ** 20;

/** Half of the load that a server can take, everything logged, for one hour or `--minutes`: what its memory does then. */
export default async function run(): Promise<BenchResult> {
  const { values } = parseArgs({ options: { minutes: { type: 'string' } }, strict: false, allowPositionals: true });
  const minutes = Number(values.minutes ?? process.env['SOAK_MINUTES'] ?? 60);
  try {
    const { rate, answered, faults, memory, slope } = await soak({ minutes });
    const { perHour, within } = slope;
    const verdict = Math.abs(perHour) <= within ? 'not different from 0' : perHour > 0 ? 'it grows' : 'it shrinks';
    const failed = [...faults.values()].reduce((sum, count) => sum + count, 0);
    const figures: BenchResult['figures'] = [
      { label: `${minutes} minutes at half load: requests a second`, value: rate, unit: 'req/s' },
      { label: 'requests answered', value: answered, unit: '' },
      { label: 'requests that failed', value: failed, unit: '', goal: '0' },
      {
        label: 'resident memory: slope',
        value: megabytes(perHour),
        unit: 'MB an hour',
        goal: '0 within its interval',
        ratio: `± ${megabytes(within).toFixed(1)} (95 %), ${verdict}`,
      },
      { label: 'resident memory at the end', value: megabytes(memory.at(-1)!.bytes), unit: 'MB' },
    ];
    return { name: 'soak', figures };
  } finally {
    await cleanUp();
  }
}

if (import.meta.main) {
  const result = await run();
  process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
  process.exit(0);
}
