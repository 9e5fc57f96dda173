import type { Serving } from './service.ts';

/** What answers requests: all of serving that a protocol needs, whether a whole server stands behind it or one packaged endpoint. */
export type Predictor = Pick<
  Serving,
  | 'predict'
  | 'infer'
  | 'checkRoom'
  | 'inferTable'
  | 'modelFace'
  | 'modelStates'
  | 'inferenceStats'
  | 'metrics'
  | 'load'
  | 'unload'
>;
