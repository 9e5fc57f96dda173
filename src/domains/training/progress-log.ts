import type { NewMetric } from '../tracking/index.ts';
import type { TrainingDeps } from './deps.ts';
import type { FitProgress } from './fit.ts';

/** Collects the losses of iterations and writes them to a run in batches. */
export interface ProgressLog {
  add(progress: FitProgress): void;
  /** Writes what is left; fails when any write failed. */
  flush(): Promise<void>;
}

const batchPoints = 200;

/** Makes a log of a run's losses. */
export function createProgressLog(
  { tracking, clock }: Pick<TrainingDeps, 'tracking' | 'clock'>,
  runId: string,
): ProgressLog {
  let points: NewMetric[] = [];
  let written = Promise.resolve();
  const write = () => {
    const batch = points;
    points = [];
    if (batch.length === 0) return;
    written = written.then(() => tracking.runs.log(runId, { metrics: batch }));
    // Seen by flush; until then it must not count as unhandled.
    written.catch(() => {});
  };
  return {
    add({ iteration, trainingLoss, validationLoss }) {
      const at = clock.now();
      if (trainingLoss !== null) points.push({ key: 'training_loss', value: trainingLoss, step: iteration, at });
      if (validationLoss !== null) points.push({ key: 'validation_loss', value: validationLoss, step: iteration, at });
      if (points.length >= batchPoints) write();
    },
    async flush() {
      write();
      await written;
    },
  };
}
