import type { PageRequest } from '../../kernel/page.ts';
import type { RetrainingState } from './retraining-schema.ts';
import type { Alert, RunStatus, Severity } from './schema.ts';

/** Which runs of a monitor: all of a model version or status, in a stretch of event time, newest window first. */
export interface RunFilter extends PageRequest {
  monitor?: string | undefined;
  endpoint?: string | undefined;
  version?: number | undefined;
  status?: RunStatus | undefined;
  fromAt?: number | undefined;
  toAt?: number | undefined;
  /** Also the revisions that were re-stated since. */
  revisions?: boolean | undefined;
}

/** Which points of a monitor's charts, oldest window first. */
export interface PointFilter extends PageRequest {
  monitor: string;
  series?: string | undefined;
  fromAt?: number | undefined;
  toAt?: number | undefined;
}

/** Which alerts, newest first. */
export interface AlertFilter extends PageRequest {
  monitor?: string | undefined;
  endpoint?: string | undefined;
  status?: Alert['status'] | undefined;
  severity?: Severity | undefined;
}

/** Which retrainings, newest first. */
export interface RetrainingFilter extends PageRequest {
  policy?: string | undefined;
  endpoint?: string | undefined;
  state?: RetrainingState | undefined;
}
