import type { Ledger } from '../../../ledger/index.ts';
import type { FeedbackResult } from '../schema.ts';
import { family, type MetricFamily } from './metric-family.ts';

/** What happens beside requests, counted since the process began. */
export interface ServingCounts {
  feedback(result: FeedbackResult): FeedbackResult;
  /** One look of the judge at a rollout. */
  verdict(endpoint: string, verdict: string): void;
  /** Rollouts of these endpoints are told of from 0 on: what appears with 1 has not risen for Prometheus. */
  families(endpoints: readonly string[]): MetricFamily[];
  close(): void;
}

const rolloutEvent = 'rollout.';

/** Counts feedback and verdicts as it is told of them, and the steps of rollouts as this process writes them to the ledger. */
export function createServingCounts(ledger: Pick<Ledger, 'listen'>): ServingCounts {
  const feedback = { accepted: 0, changed: 0, unknown: 0 };
  const transitions = new Map<string, number>();
  const verdicts = new Map<string, number>();
  const stop = ledger.listen(({ type, subject }) => {
    if (type.startsWith(rolloutEvent)) addOne(transitions, [subject.name ?? '', type.slice(rolloutEvent.length)]);
  });
  return {
    feedback(result) {
      feedback.accepted += result.accepted;
      feedback.changed += result.changed;
      feedback.unknown += result.unknownCount;
      return result;
    },
    verdict: (endpoint, verdict) => addOne(verdicts, [endpoint, verdict]),
    families(endpoints) {
      for (const counts of [transitions, verdicts]) keepOnly(counts, new Set(endpoints));
      return [feedbackFamily(feedback), ...rolloutFamilies({ transitions, verdicts }, endpoints)];
    },
    close: stop,
  };
}

function feedbackFamily(feedback: Record<string, number>): MetricFamily {
  const help = 'Labels by what became of them; changed ones are accepted too.';
  const values = Object.entries(feedback).map(([result, value]) => ({ labels: { result }, value }));
  return { ...family('counter', 'tidemill_feedback_total', help), values };
}

type Counts = Map<string, number>;

function rolloutFamilies(
  { transitions, verdicts }: { transitions: Counts; verdicts: Counts },
  endpoints: readonly string[],
): MetricFamily[] {
  return [
    counted(
      family('counter', 'tidemill_rollout_transitions_total', 'Events of rollouts.'),
      ['endpoint', 'transition'],
      fromZero(transitions, endpoints),
    ),
    counted(
      family('counter', 'tidemill_rollout_verdicts_total', "The judge's looks at rollouts, by verdict."),
      ['endpoint', 'verdict'],
      verdicts,
    ),
  ];
}

/** Forgets endpoints that were removed. */
function keepOnly(counts: Counts, endpoints: ReadonlySet<string>): void {
  for (const key of counts.keys()) {
    if (!endpoints.has((JSON.parse(key) as [string, string])[0])) counts.delete(key);
  }
}

const usualTransitions = ['started', 'promoted', 'rolled-back', 'aborted'];

function fromZero(counts: ReadonlyMap<string, number>, endpoints: readonly string[]): Map<string, number> {
  const zeros = endpoints.flatMap((endpoint) => usualTransitions.map((one) => JSON.stringify([endpoint, one])));
  return new Map([...zeros.map((key) => [key, 0] as const), ...counts]);
}

function addOne(counts: Map<string, number>, labels: [string, string]): void {
  const key = JSON.stringify(labels);
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

function counted(made: MetricFamily, names: [string, string], counts: ReadonlyMap<string, number>): MetricFamily {
  const values = [...counts].map(([key, value]) => {
    const [first, second] = JSON.parse(key) as [string, string];
    return { labels: { [names[0]]: first, [names[1]]: second }, value };
  });
  return { ...made, values };
}
