import { createClient } from '@tidemill/sdk';
import { readOutcome, showOutcome } from './demo/outcome.ts';
import { prepareJanuary, readLiveFlights } from './demo/prepare-data.ts';
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
const daysPerSecond = 3.6;
const spoiledFrom = Date.UTC(2001, 4, 10);

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
await play((at) => at >= spoiledFrom);
await playUntilFree();
progress.say('somebody tries to bring in a version trained on shuffled labels');
await tryBadVersion();
await play(() => false);

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

/** Replays on from where it is until the condition holds for the time it has come to, or the flights are over. */
async function play(isOver: (at: number) => boolean): Promise<void> {
  const from = answered.labels.length;
  const rest = flights.slice(from);
  const onDay = (at: number, done: number) => progress.replayed(at, (from + done) / flights.length, from + done);
  await replay(client, { flights: rest, daysPerSecond, onDay, isOver }, answered);
}

/** Replays on until no retraining and no rollout is under way, asking now and then. */
async function playUntilFree(): Promise<void> {
  let free = false;
  const asking = setInterval(async () => {
    const rollouts = await client.get('/api/v1/rollouts', { endpoint: 'flight-delays', state: 'running' });
    const { items } = await client.get('/api/v1/retrainings', { limit: 20 });
    const isOpen = ({ state }: { state: string }) => !['promoted', 'rejected', 'failed', 'skipped'].includes(state);
    free = rollouts.items.length === 0 && !items.some(isOpen);
  }, 250);
  await play(() => free);
  clearInterval(asking);
}

/** Trains on shuffled labels and starts a rollout of the result; traffic goes on until the judge has decided. */
async function tryBadVersion(): Promise<void> {
  const version = await runPipeline(client, 'spoiled');
  const { id } = await client.post('/api/v1/endpoints/{name}/rollouts', { name: 'flight-delays', version });
  let over = false;
  const asking = setInterval(async () => {
    over = (await client.get('/api/v1/rollouts/{id}', { id })).endedAt !== undefined;
  }, 250);
  await play(() => over);
  clearInterval(asking);
}
