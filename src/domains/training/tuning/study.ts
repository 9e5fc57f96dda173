import { fail } from '../../../kernel/errors.ts';
import { sha256 } from '../../../kernel/hash.ts';
import { createRandom } from '../../../kernel/random.ts';
import type { Rivals, TrialOutcome } from '../job.ts';
import type { TuningSpec } from '../schema.ts';
import { checkSpace, drawPoint, type Point, type SearchSpace } from './space.ts';
import { suggest } from './tpe.ts';

/** A trial that came to an end; numbers count from 0. */
export interface FinishedTrial extends TrialOutcome {
  number: number;
  point: Point;
}

/** Where a study keeps its trials, so that it can go on after a crash. */
export interface StudyStore {
  /** Trials that came to an end, by number. */
  finished(): Promise<FinishedTrial[]>;
  /** Notes that a trial is under way; gives what `close` needs. */
  open(number: number, point: Point): Promise<string>;
  close(trial: string, outcome: FinishedTrial): Promise<void>;
  /** Notes that a trial did not come to an end; its number is used again. */
  abandon(trial: string, reason: string): Promise<void>;
}

/** What to search. */
export interface StudyRequest {
  space: SearchSpace;
  spec: Pick<TuningSpec, 'trials' | 'method' | 'pruning'>;
  seed: number;
  store: StudyStore;
  run(point: Point, rivals: Rivals): Promise<TrialOutcome>;
  onTrial?(trial: FinishedTrial): void;
}

/**
 * Runs trials until there are as many as wanted, those of earlier calls included, and answers the best complete one.
 * Each trial's randomness comes from the seed and its number: a study that was cut short goes on as if it had not been.
 */
export async function runStudy(request: StudyRequest): Promise<FinishedTrial> {
  const { space, spec, store } = request;
  checkSpace(space);
  const trials = [...(await store.finished())];
  while (trials.length < spec.trials) {
    const number = trials.length;
    const random = createRandom(Number.parseInt(sha256(`${request.seed}/${number}`).slice(0, 12), 16));
    const point = spec.method === 'random' ? drawPoint(space, random) : suggest(space, trials, random);
    const opened = await store.open(number, point);
    let outcome: TrialOutcome;
    try {
      outcome = await request.run(point, spec.pruning === 'median' ? rivalsOf(trials) : null);
    } catch (thrown) {
      await store.abandon(opened, thrown instanceof Error ? thrown.message : String(thrown));
      throw thrown;
    }
    const trial = { ...outcome, number, point };
    await store.close(opened, trial);
    trials.push(trial);
    request.onTrial?.(trial);
  }
  return bestOf(trials);
}

function rivalsOf(trials: readonly FinishedTrial[]): number[][] {
  return trials.filter((trial) => !trial.pruned).map((trial) => trial.steps);
}

/** The complete trial of least value. */
export function bestOf(trials: readonly FinishedTrial[]): FinishedTrial {
  const complete = trials.filter((trial) => !trial.pruned && !Number.isNaN(trial.value));
  if (complete.length === 0) fail('invalid_data', 'No trial of the search came to a value.', { field: 'tuning' });
  return complete.reduce((best, trial) => (trial.value < best.value ? trial : best));
}
