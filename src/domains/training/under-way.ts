import type { Actor } from '../../kernel/actor.ts';
import type { PlannedTraining } from './prepare-job.ts';

/** How far a training is. */
export interface TrainProgress {
  phase: 'loading' | 'searching' | 'fitting' | 'storing';
  /** Trials or iterations done, and how many there will be at the most. */
  done: number;
  total: number;
  loss: number | null;
}

/** A training that has its run. */
export interface TrainingUnderWay {
  actor: Actor;
  planned: PlannedTraining;
  runId: string;
  signal: AbortSignal;
  onProgress?(progress: TrainProgress): void;
}
