import { messageOf } from '../../../kernel/errors.ts';
import { type ConditionScope, compileCondition } from './metric-condition.ts';
import type { Measurement, MetricState, RolloutMetric } from './metric-schema.ts';
import type { Finding } from './rollout-schema.ts';

/** A value of a row of a measurement. */
export type Cell = number | string | boolean | null;

/** What a source answered: rows of named values, or what went wrong. */
export type Reading = { rows: readonly Record<string, Cell>[] } | { error: string };

/** A reading, or the reason why there is nothing to read yet, which counts as no measurement at all. */
export type Tried = Reading | { notYet: string };

/** What one measurement says, before it is stored. */
export type Measured = Pick<Measurement, 'verdict' | 'value' | 'result' | 'message'>;

/** Judges a reading by its metric's conditions: both given and neither true is inconclusive (as in Argo Rollouts' analysis). */
export function judgeReading(metric: RolloutMetric, reading: Reading): Measured {
  if ('error' in reading) return { verdict: 'error', value: null, result: {}, message: reading.error };
  const result = reading.rows[0] ?? {};
  const first = Object.values(result)[0] ?? null;
  const value = typeof first === 'number' && Number.isFinite(first) ? first : null;
  const told = { value, result: withoutNaN(result) };
  const scope: ConditionScope = { value: first, result, rows: reading.rows };
  try {
    const empty = emptiness(metric, scope);
    if (empty) return { ...told, verdict: metric.onEmpty, message: `${empty}, which counts as ${metric.onEmpty}.` };
    const { verdict, why } = verdictOf(metric, scope);
    return { ...told, verdict, message: `${shown(result)}: ${why}.` };
  } catch (error) {
    return { ...told, verdict: 'error', message: `${shown(result)}: ${messageOf(error)}.` };
  }
}

function verdictOf(metric: RolloutMetric, scope: ConditionScope): { verdict: Measured['verdict']; why: string } {
  const { successCondition: good, failureCondition: bad } = metric;
  if (bad !== undefined && compileCondition(bad, 'failureCondition').holds(scope)) {
    return { verdict: 'failure', why: `\`${bad}\` holds` };
  }
  if (good === undefined) return { verdict: 'success', why: `\`${bad}\` does not hold` };
  if (compileCondition(good, 'successCondition').holds(scope)) return { verdict: 'success', why: `\`${good}\` holds` };
  if (bad === undefined) return { verdict: 'failure', why: `\`${good}\` does not hold` };
  return { verdict: 'inconclusive', why: `neither \`${good}\` nor \`${bad}\` holds` };
}

/** Whether what the conditions read is not there: no rows, a null or NaN. */
function emptiness(metric: RolloutMetric, { value, result, rows }: ConditionScope): string | undefined {
  if (rows.length === 0) return 'No rows';
  for (const text of [metric.successCondition, metric.failureCondition]) {
    for (const read of text === undefined ? [] : compileCondition(text, 'condition').reads) {
      if (read === 'rows') continue;
      const cell = read === 'value' ? value : result[read.slice('result.'.length)];
      if (cell === null) return `\`${read}\` is null`;
      if (typeof cell === 'number' && Number.isNaN(cell)) return `\`${read}\` is NaN`;
    }
  }
  return undefined;
}

function withoutNaN(result: Record<string, Cell>): Record<string, Cell> {
  return Object.fromEntries(
    Object.entries(result)
      .slice(0, 50)
      .map(([name, cell]) => [name, typeof cell === 'number' && !Number.isFinite(cell) ? String(cell) : cutText(cell)]),
  );
}

function cutText(cell: Cell): Cell {
  return typeof cell === 'string' ? cell.slice(0, 500) : cell;
}

function shown(result: Record<string, Cell>): string {
  const parts = Object.entries(result)
    .slice(0, 8)
    .map(([name, cell]) => `${name} = ${typeof cell === 'number' ? Number(cell.toPrecision(6)) : String(cell)}`);
  return parts.join(', ').slice(0, 500);
}

/** A metric that has not been measured yet. */
export function newState(name: string, nextAt: string): MetricState {
  const zero = { measured: 0, successes: 0, failures: 0, inconclusives: 0, errors: 0 };
  const none = { consecutiveErrors: 0, consecutiveSuccesses: 0, value: null };
  return { name, phase: 'waiting', ...zero, ...none, message: 'Not measured yet.', nextAt };
}

/** The state after one more measurement: its counters, and its phase where a limit is passed or all it wants has come. */
export function countMeasured(
  metric: RolloutMetric,
  before: MetricState,
  measured: Measured & { at: string; nextAt: string },
): MetricState {
  const { verdict, value, message, at, nextAt } = measured;
  const isError = verdict === 'error';
  const counted: MetricState = {
    ...before,
    measured: before.measured + 1,
    successes: before.successes + Number(verdict === 'success'),
    failures: before.failures + Number(verdict === 'failure'),
    inconclusives: before.inconclusives + Number(verdict === 'inconclusive'),
    errors: before.errors + Number(isError),
    consecutiveErrors: isError ? before.consecutiveErrors + 1 : 0,
    consecutiveSuccesses: verdict === 'success' ? before.consecutiveSuccesses + 1 : 0,
    value,
    message,
    measuredAt: at,
    nextAt,
  };
  return { ...counted, phase: phaseOf(metric, counted) };
}

function phaseOf(metric: RolloutMetric, state: MetricState): MetricState['phase'] {
  if (state.failures > metric.failureLimit) return 'failed';
  if (state.consecutiveErrors > metric.consecutiveErrorLimit) return 'erroring';
  if (state.inconclusives > metric.inconclusiveLimit) return 'inconclusive';
  const { consecutiveSuccessLimit, count } = metric;
  if (consecutiveSuccessLimit !== undefined && state.consecutiveSuccesses >= consecutiveSuccessLimit) return 'passed';
  // What went wrong told nothing: it is not one of the measurements wanted.
  if (count !== undefined && state.measured - state.errors >= count) return 'passed';
  return 'measuring';
}

/** What a metric says to the judgement of its rollout, as one more rule. */
export function findingOf(metric: RolloutMetric, state: MetricState): Finding {
  const { phase, measured, successes, failures, inconclusives, errors, value } = state;
  const effect = metric.dryRun ? 'dry-run' : metric.critical ? 'critical' : 'advisory';
  const numbers = { value, measured, successes, failures, inconclusives, errors, failureLimit: metric.failureLimit };
  return {
    rule: `metric:${metric.name}`,
    verdict: verdictOfState(metric, state),
    message: told(phase, state),
    numbers,
    effect,
  };
}

function verdictOfState(metric: RolloutMetric, { phase, consecutiveSuccesses }: MetricState): Finding['verdict'] {
  if (phase === 'failed') return 'fail';
  if (phase === 'passed') return 'pass';
  const wantsMore = metric.count !== undefined || metric.consecutiveSuccessLimit !== undefined;
  return phase === 'measuring' && !wantsMore && consecutiveSuccesses > 0 ? 'pass' : 'inconclusive';
}

function told(phase: MetricState['phase'], { message, failures, consecutiveErrors, measured }: MetricState): string {
  if (phase === 'failed') return `Failed ${failures} of ${measured} measurements. ${message}`;
  if (phase === 'erroring') return `Could not be measured ${consecutiveErrors} times in a row. ${message}`;
  return message;
}

/** A judgement's verdict with the metrics counted in: a critical failure fails it, anything undecided keeps it from passing. */
export function withMetrics(verdict: Finding['verdict'], findings: readonly Finding[]): Finding['verdict'] {
  const counted = findings.filter((finding) => finding.effect !== 'dry-run');
  const failed = counted.some((finding) => finding.verdict === 'fail' && finding.effect === 'critical');
  if (verdict === 'fail' || failed) return 'fail';
  return counted.every((finding) => finding.verdict === 'pass') ? verdict : 'inconclusive';
}
