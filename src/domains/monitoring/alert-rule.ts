import type { Alert, AlertRule, MonitorRun } from './schema.ts';

/** What a run needs to say for its alert. */
export type Judged = Pick<MonitorRun, 'id' | 'status' | 'pressure' | 'windowToAt' | 'model' | 'version'>;

/** What has to happen to a monitor's alert. */
export interface AlertMove {
  move: 'none' | 'open' | 'continue' | 'resolve';
  /** Breaching windows in a row, newest backwards, of one version. */
  breaches: number;
}

/** What the rule looks back on. */
export interface AlertHistory {
  /** The windows that came to a verdict, newest first, each in its latest revision. */
  judged: readonly Judged[];
  open: Pick<Alert, 'windowToAt'> | undefined;
  /** Event time at which the last alert was resolved. */
  lastResolvedAt: number | undefined;
}

/**
 * Decides from the verdicts alone, so that a re-stated window counts as if it had been so from the start: opens after
 * enough breaching windows in a row and outside the cool-down, resolves after enough good ones. Windows between the
 * threshold and `clearBelow` do neither. Times are event times.
 */
export function decideAlert(rule: AlertRule, { judged, open, lastResolvedAt }: AlertHistory): AlertMove {
  const newest = judged[0];
  if (!newest) return { move: 'none', breaches: 0 };
  const fresh = judged.filter((run) => lastResolvedAt === undefined || run.windowToAt > lastResolvedAt);
  const breaches = leading(fresh, (run) => run.status === 'breached' && sameVersion(run, newest));
  if (open) {
    if (newest.status === 'breached') return { move: 'continue', breaches };
    const good = leading(judged, (run) => isGood(rule, run) && run.windowToAt > open.windowToAt);
    return { move: good >= rule.resolveAfter ? 'resolve' : 'none', breaches };
  }
  const cooling = lastResolvedAt !== undefined && newest.windowToAt - lastResolvedAt < rule.coolDownMs;
  return { move: breaches >= rule.consecutive && !cooling ? 'open' : 'none', breaches };
}

function isGood(rule: AlertRule, run: Judged): boolean {
  return run.status === 'ok' && (run.pressure ?? 0) <= rule.clearBelow;
}

function sameVersion(a: Judged, b: Judged): boolean {
  return a.model === b.model && a.version === b.version;
}

function leading<T>(items: readonly T[], fits: (item: T) => boolean): number {
  const end = items.findIndex((item) => !fits(item));
  return end === -1 ? items.length : end;
}
