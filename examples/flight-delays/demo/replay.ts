import type { Client } from '@tidemill/sdk';
import { features } from '../sql.ts';
import type { Flight } from './prepare-data.ts';

/** What the replay keeps of every flight it asked about. */
export interface Answered {
  loop: number[];
  frozen: number[];
  labels: number[];
  predictionIds: string[];
  requestMs: number[];
  feedback: number;
}

/** How to replay. */
export interface ReplayOptions {
  flights: readonly Flight[];
  /** Days of the past in a second of now. */
  daysPerSecond: number;
  onDay(at: number, done: number): void;
  /** Asked before every batch with the time it is from; true ends the replay. */
  isOver(at: number): boolean;
}

const rowsPerRequest = 50;
const dayMs = 86_400_000;
const labelDelayMs = 2 * dayMs;

/** Asks both endpoints about flights in the order they left, on an accelerated clock; the truth follows two days later. */
export async function replay(client: Client, options: ReplayOptions, answered: Answered): Promise<number> {
  const { flights, daysPerSecond, onDay, isOver } = options;
  const [startedAt, firstAt] = [performance.now(), flights[0]?.at ?? 0];
  const unlabelled: { id: string; late: number; knownAt: number }[] = [];
  let done = 0;
  while (done < flights.length && !isOver(flights[done]!.at)) {
    const batch = flights.slice(done, done + rowsPerRequest);
    const now = batch.at(-1)!.at;
    await pace(startedAt + ((now - firstAt) / dayMs / daysPerSecond) * 1000);
    const ids = await ask(client, batch, answered);
    for (const [i, id] of ids.entries()) {
      unlabelled.push({ id, late: batch[i]!.late, knownAt: batch[i]!.at + labelDelayMs });
    }
    done += batch.length;
    if (unlabelled.length >= 1000) answered.feedback += await tell(client, unlabelled, now);
    onDay(now, done);
  }
  answered.feedback += await tell(client, unlabelled, Number.POSITIVE_INFINITY);
  return done;
}

async function pace(until: number): Promise<void> {
  const wait = until - performance.now();
  if (wait > 1) await new Promise((resolve) => setTimeout(resolve, wait));
}

async function ask(client: Client, batch: readonly Flight[], answered: Answered): Promise<string[]> {
  const columns = Object.fromEntries(features.map((name, i) => [name, batch.map((flight) => flight.features[i])]));
  const body = { columns, at: new Date(batch.at(-1)!.at).toISOString() };
  const started = performance.now();
  const [live, still] = await Promise.all([
    client.post('/api/v1/endpoints/{name}/predict', { name: 'flight-delays', ...body } as never).then((reply) => {
      answered.requestMs.push(performance.now() - started);
      return reply;
    }),
    client.post('/api/v1/endpoints/{name}/predict', { name: 'flight-delays-frozen', ...body } as never),
  ]);
  for (const [i, one] of live.predictions.entries()) {
    answered.loop.push(probabilityOf(one.outputs));
    answered.frozen.push(probabilityOf(still.predictions[i]!.outputs));
    answered.labels.push(batch[i]!.late);
    answered.predictionIds.push(one.predictionId);
  }
  return live.predictions.map((one) => one.predictionId);
}

/** The probability of being late: the second of the two classes. */
function probabilityOf(outputs: Record<string, unknown>): number {
  const probabilities = outputs['probabilities'] as number[];
  return probabilities[1]!;
}

/** Sends the labels that are known by now; gives how many. */
async function tell(
  client: Client,
  unlabelled: { id: string; late: number; knownAt: number }[],
  now: number,
): Promise<number> {
  const known = unlabelled.findIndex(({ knownAt }) => knownAt > now);
  const due = unlabelled.splice(0, known === -1 ? unlabelled.length : known);
  if (due.length === 0) return 0;
  const lines = due.map(({ id, late, knownAt }) =>
    JSON.stringify({ predictionId: id, label: late, at: new Date(knownAt).toISOString() }),
  );
  const result = (await client.upload('POST', '/api/v1/feedback', lines.join('\n'))) as { accepted: number };
  return result.accepted;
}
