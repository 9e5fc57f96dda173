import type { Ledger } from '../../../ledger/index.ts';
import type { FeedbackResult } from '../schema.ts';
import { family, type MetricFamily } from './metric-family.ts';

/** What happens beside requests, counted since the process began. */
export interface ServingCounts {
  feedback(result: FeedbackResult): FeedbackResult;
  /** A judgement that said something new. */
  verdict(endpoint: string, verdict: string): void;
  families(): MetricFamily[];
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
    families: () => [
      {
        ...family(
          'counter',
          'tidemill_feedback_total',
          'Labels by what became of them; changed ones are accepted too.',
        ),
        values: Object.entries(feedback).map(([result, value]) => ({ labels: { result }, value })),
      },
      counted(
        family('counter', 'tidemill_rollout_transitions_total', 'Events of rollouts.'),
        ['endpoint', 'transition'],
        transitions,
      ),
      counted(
        family('counter', 'tidemill_rollout_verdicts_total', "The judge's judgements that said something new."),
        ['endpoint', 'verdict'],
        verdicts,
      ),
    ],
    close: stop,
  };
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
