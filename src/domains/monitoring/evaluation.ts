import type { MonitorSpec, MonitorValue, RunStatus } from './schema.ts';

/** What an evaluation of one version's rows in one window came to. */
export interface Evaluation {
  status: RunStatus;
  reason: string | null;
  rows: number;
  labels: number;
  pressure: number | null;
  reference: string;
  values: MonitorValue[];
  details: unknown[];
}

/** How far a value is towards a limit that it may not exceed: 1 is the limit. */
export function pressureOf(value: number, limit: number): number {
  if (limit > 0) return Math.max(0, value / limit);
  return value > limit ? 1 + value - limit : 0;
}

/** A verdict without one: too few rows, or nothing to compare with. */
export function noVerdict(status: RunStatus, reason: string, rows: number): Evaluation {
  return { status, reason, rows, labels: 0, pressure: null, reference: 'none', values: [], details: [] };
}

/** Too few rows, said in words; nothing when there are enough. */
export function tooFew(spec: MonitorSpec, rows: number, what = 'rows'): Evaluation | undefined {
  if (rows >= spec.minRows) return undefined;
  return noVerdict('insufficient-data', `the window has ${rows} ${what}, ${spec.minRows} are needed`, rows);
}

/** Lets the process serve others between two pieces of mathematics. */
export function breathe(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
