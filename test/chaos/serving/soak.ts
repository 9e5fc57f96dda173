import { parseArgs } from 'node:util';
import { createLoad } from '../../support/load-generator.ts';
import { cleanUp, newFolder, startServerProcess } from '../../support/server-process.ts';
import { forestModel } from '../../support/test-models.ts';

// `node test/chaos/serving/soak.ts --minutes 10 --rate 150`: a server answers at a moderate rate with its whole log on. It fails
// for what is no matter of timing: a request that failed or was answered wrong, memory that goes on growing.

const { values } = parseArgs({
  options: { minutes: { type: 'string', default: '10' }, rate: { type: 'string', default: '150' } },
});
const [minutes, rate] = [Number(values.minutes), Number(values.rate)];
const features = 30;
/** Growth that garbage waiting for its collection and parts of the log being written can look like. */
const noiseBytes = 64 * 2 ** 20;

function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[values.length >> 1]!;
}

/** How much the usual memory of the last third is above that of the middle third: warming up is over by then. */
function growthOf(samples: readonly number[]): number {
  const third = Math.floor(samples.length / 3);
  return median(samples.slice(2 * third)) - median(samples.slice(third, 2 * third));
}

async function soak(): Promise<string[]> {
  const server = await startServerProcess(await newFolder());
  const { digest } = await server.ok('POST', 'uploads', forestModel({ features }));
  await server.ok('POST', 'models/forest/versions', { digest });
  await server.ok('PUT', 'models/forest/aliases/champion', { version: 1 });
  await server.ok('PUT', 'endpoints/forest', { spec: { model: 'forest' } });
  const data = Array.from({ length: features }, (_, at) => at / features);
  const inputs = [{ name: 'X', datatype: 'FP32', shape: [1, features], data }];
  const body = Buffer.from(JSON.stringify({ id: 'soak', inputs }));
  const load = createLoad({ url: `${server.url}/v2/models/forest/infer`, body });
  const right = (await load.post()).body;
  const faults = new Map<string, number>();
  let answered = 0;
  const samples: number[] = [];
  const watching = setInterval(async () => samples.push(await server.memoryBytes()), 2000);
  await load.open(rate, minutes * 60_000, (answer) => {
    answered++;
    if (answer.status === 200 && answer.body.equals(right)) return;
    const fault = `${answer.status} ${answer.body.toString('utf8', 0, 200)}`;
    faults.set(fault, (faults.get(fault) ?? 0) + 1);
  });
  clearInterval(watching);
  load.close();
  const growth = growthOf(samples);
  const mb = (bytes: number) => `${(bytes / 2 ** 20).toFixed(0)} MB`;
  console.log(
    `${answered} requests in ${minutes} minutes; memory ${mb(samples[0]!)} at first, ${mb(samples.at(-1)!)} at last, ` +
      `${mb(growth)} more in the last third than in the middle`,
  );
  const ended = await server.stop();
  return [
    ...[...faults].map(([fault, count]) => `${count} times ${fault}`),
    ...(growth > noiseBytes ? [`Memory grew by ${mb(growth)} between the middle third and the last.`] : []),
    ...(ended === 0 ? [] : [`The server ended with ${ended}: ${server.stderr()}`]),
  ];
}

process.once('SIGTERM', () => void cleanUp().then(() => process.exit(143)));
try {
  const faults = await soak();
  for (const fault of faults) console.error(`FAIL ${fault}`);
  if (faults.length > 0) process.exitCode = 1;
} finally {
  await cleanUp();
}
