import { createClient } from '@tidemill/sdk';
import { readOutcome, showOutcome } from './demo/outcome.ts';
import { type Flight, prepareJanuary, readLiveFlights } from './demo/prepare-data.ts';
import { Progress } from './demo/progress.ts';
import { releaseFirstModel, runPipeline } from './demo/release.ts';
import { type Answered, replay } from './demo/replay.ts';
import { runCommand, startServer } from './demo/server.ts';

// The whole loop on real flights: `npm run demo`, with `-- --json` for one object, `-- --keep` to leave the server up.

const words = process.argv.slice(2);
const known = new Set(['--json', '--keep']);
const unknown = words.find((word) => !known.has(word));
if (unknown !== undefined) {
  process.stderr.write(`The demo knows --json and --keep, not '${unknown}'.\n`);
  process.exit(2);
}

const everyNth = 20;
const daysPerSecond = 3.2;
const spoiledFrom = Date.UTC(2001, 5, 1);

const startedAt = performance.now();
const progress = new Progress(words.includes('--json'));
progress.say('reading three million flights of 2001');
await prepareJanuary();
const flights = await readLiveFlights(everyNth);
const server = await startServer();
const client = createClient({ url: server.url });
progress.say(`server ready at ${server.url}`);
const following = new AbortController();
progress.follow(client, following.signal).catch(() => {});

const before = await releaseFirstModel(client, (text) => progress.say(text));
const answered: Answered = { loop: [], frozen: [], labels: [], predictionIds: [], requestMs: [], feedback: 0 };
const ordinary = flights.filter((flight) => flight.at < spoiledFrom);
await play(ordinary);
progress.say('somebody tries to bring in a version trained on shuffled labels');
await tryBadVersion(flights.slice(ordinary.length));

const outcome = await readOutcome(client, { answered, before, startedAt });
progress.end();
following.abort();
if (words.includes('--json')) {
  process.stdout.write(`${JSON.stringify(outcome)}\n`);
} else {
  process.stdout.write(
    `\n${showOutcome(outcome)}\n\nOne prediction, followed back to its data (tidemill why ${outcome.why}):\n\n`,
  );
  process.stdout.write(await runCommand(server.url, ['why', outcome.why]));
  process.stdout.write(
    words.includes('--keep')
      ? `\nThe page: ${server.url}  (Ctrl-C stops the server)\n`
      : `\nThe page was at ${server.url}; 'npm run demo -- --keep' leaves it up.\n`,
  );
}
if (words.includes('--keep')) {
  process.once('SIGINT', () => void server.stop().then(() => process.exit(0)));
  await server.ended;
} else {
  await server.stop();
}

async function play(part: readonly Flight[], isOver?: () => boolean): Promise<number> {
  const already = answered.predictionIds.length;
  return replay(
    client,
    {
      flights: part,
      daysPerSecond,
      onDay: (at, done) => progress.replayed(at, (already + done) / flights.length, already + done),
      ...(isOver ? { isOver } : {}),
    },
    answered,
  );
}

/** While traffic goes on, waits until the endpoint is free, then starts a canary of the spoiled version. */
async function tryBadVersion(part: readonly Flight[]): Promise<void> {
  const state: { over: boolean; failure?: unknown } = { over: false };
  const trying = startBadRollout()
    .catch((failure: unknown) => {
      state.failure = failure;
    })
    .finally(() => {
      state.over = true;
    });
  await play(part);
  // Traffic has ended; a rollout that is still open would wait for more.
  if (!state.over) await Promise.race([trying, new Promise((resolve) => setTimeout(resolve, 10_000))]);
  if (state.failure) throw state.failure;
}

async function startBadRollout(): Promise<void> {
  const version = await runPipeline(client, 'spoiled');
  for (;;) {
    const { items } = await client.get('/api/v1/rollouts', { endpoint: 'flight-delays', state: 'running' });
    if (items.length === 0) break;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  const plan = {
    strategy: 'canary' as const,
    steps: [{ kind: 'weight' as const, percent: 30, predictions: 20_000, labels: 6000 }],
  };
  const { id } = await client.post('/api/v1/endpoints/{name}/rollouts', { name: 'flight-delays', version, plan });
  for (;;) {
    const rollout = await client.get('/api/v1/rollouts/{id}', { id });
    if (rollout.endedAt) return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
