import type { Blobs } from '../../blobs/index.ts';
import type { Engine } from '../../engine/index.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { Data } from '../data/index.ts';
import type { Tracking } from '../tracking/index.ts';

/** What training works with. */
export interface TrainingDeps {
  data: Pick<Data, 'open'>;
  tracking: Tracking;
  engine: Engine;
  blobs: Blobs;
  clock: Clock;
  /** Of Tidemill: the code that builtin trainers run. */
  version: string;
  /** Trainings at work at once; others wait. 1 unless said. */
  concurrency?: number;
}
