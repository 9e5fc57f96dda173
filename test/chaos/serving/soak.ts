import { parseArgs } from 'node:util';
import { cleanUp } from '../../support/server-process.ts';
import { soak } from '../../support/soak.ts';

// `node test/chaos/serving/soak.ts --minutes 10 --rate 500`: a server answers at a moderate rate with its whole log on. It fails
// for what is no matter of timing: a request that failed or was answered wrong, memory that goes on growing. `bench soak` is the
// same at half of the load that the server can take.

const { values } = parseArgs({
  options: { minutes: { type: 'string', default: '10' }, rate: { type: 'string', default: '500' } },
});
const [minutes, rate] = [Number(values.minutes), Number(values.rate)];
/**
 * What waiting garbage, parts of the log being written and the allocator's steps at each compaction can look like; at 500
 * requests a second a leak of two kilobytes a request is beyond it.
 */
const noiseBytes = 192 * 2 ** 20;
const megabytes = (bytes: number) => `${(bytes / 2 ** 20).toFixed(0)} MB`;

async function findFaults(): Promise<string[]> {
  const { answered, faults, memory, growthBytes, slope, ended, stderr } = await soak({ minutes, rate });
  console.log(
    `${answered} requests in ${minutes} minutes; memory ${megabytes(memory[0]!.bytes)} at first, ` +
      `${megabytes(memory.at(-1)!.bytes)} at last, ${megabytes(growthBytes)} more in the last third than in the middle; ` +
      `slope ${megabytes(slope.perHour)} ± ${megabytes(slope.within)} an hour`,
  );
  return [
    ...[...faults].map(([fault, count]) => `${count} times ${fault}`),
    ...(growthBytes > noiseBytes
      ? [`Memory grew by ${megabytes(growthBytes)} between the middle third and the last.`]
      : []),
    ...(ended === 0 ? [] : [`The server ended with ${ended}: ${stderr}`]),
  ];
}

process.once('SIGTERM', () => void cleanUp().then(() => process.exit(143)));
try {
  const faults = await findFaults();
  for (const fault of faults) console.error(`FAIL ${fault}`);
  if (faults.length > 0) process.exitCode = 1;
} finally {
  await cleanUp();
}
