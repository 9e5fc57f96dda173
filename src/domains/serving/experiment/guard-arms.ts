import { shown } from './compare-arms.ts';
import type { EndpointExperimentSpec, ExperimentGuard } from './experiment-schema.ts';
import { logExceeds, logExceedsControl } from './maths/count-tests.ts';
import { quantileOfHistogram, quantileSequence } from './maths/quantile-sequence.ts';
import type { GuardReport } from './report-schema.ts';
import type { ArmTotals, Totals } from './totals.ts';

const quantiles = { 'latency-p50': 0.5, 'latency-p95': 0.95, 'latency-p99': 0.99 } as const;

/** Holds every arm but the control to every guard; what has tripped once stays so. */
export function guardArms(
  spec: EndpointExperimentSpec,
  totals: Totals,
  tripped: Readonly<Record<string, string>>,
): GuardReport[] {
  const control = totals.arms[spec.arms[0]!.name]!;
  return spec.guards.flatMap((guard) =>
    spec.arms.slice(1).map((one, at) => {
      const share = shareBeside(spec, at + 1);
      const report = watch(guard, { spec, name: one.name, arm: totals.arms[one.name]!, control, share });
      const before = tripped[guardKey(report)];
      return before === undefined ? report : { ...report, verdict: 'tripped', message: before };
    }),
  );
}

/** What names a guard of an arm from look to look. */
export function guardKey({ metric, arm, limit, isRelative }: GuardReport): string {
  return `${metric} ${arm} ${isRelative ? 'x' : ''}${limit}`;
}

/** The arm's share of what it and the control are dealt together; undefined where shares move. */
function shareBeside({ kind, arms }: EndpointExperimentSpec, at: number): number | undefined {
  if (kind === 'bandit') return undefined;
  if (kind === 'shadow') return 0.5;
  const [first, own] = [arms[0]!.share ?? 1, arms[at]!.share ?? 1];
  return own / (own + first);
}

interface Watched {
  spec: EndpointExperimentSpec;
  name: string;
  arm: ArmTotals;
  control: ArmTotals;
  share: number | undefined;
}

function watch(guard: ExperimentGuard, watched: Watched): GuardReport {
  const isRelative = guard.relative !== undefined;
  const limit = guard.relative ?? guard.absolute!;
  const { name, arm, control } = watched;
  const isLatency = guard.metric in quantiles;
  const read = (one: ArmTotals) =>
    isLatency ? quantileOfHistogram(one.latency, quantileOf(guard)) : badOf(guard, one) / one.requests;
  const isOver = (isLatency ? isSlower : isWorse)(guard, watched);
  const [value, theirs] = [read(arm), read(control)];
  const unit = (one: number) => (isLatency ? `${one.toFixed(1)} ms` : `${(100 * one).toFixed(2)} %`);
  const held = isRelative ? `${limit} times the control's ${unit(theirs)}` : unit(limit);
  const message =
    arm.requests === 0
      ? `'${name}' has answered nothing yet.`
      : `${guard.metric} of '${name}' is ${unit(value)}, ${isOver ? 'surely above' : 'not surely above'} ${held}.`;
  const verdict = arm.requests === 0 ? 'unknown' : isOver ? 'tripped' : 'ok';
  const metric = guard.metric;
  return { metric, arm: name, limit, isRelative, value: shown(value), control: shown(theirs), verdict, message };
}

function quantileOf({ metric }: ExperimentGuard): number {
  return quantiles[metric as keyof typeof quantiles];
}

function badOf({ metric }: ExperimentGuard, arm: ArmTotals): number {
  return metric === 'error-rate' ? arm.errors : arm.invalid;
}

function isWorse(guard: ExperimentGuard, { spec, arm, control, share }: Watched): boolean {
  const needed = -Math.log(spec.guardAlpha);
  const [mine, theirs] = [badOf(guard, arm), badOf(guard, control)];
  if (guard.relative === undefined) {
    // No rate is allowed: the first one is over the limit.
    if (guard.absolute === 0) return mine > 0;
    return logExceeds(mine, arm.requests, guard.absolute!) >= needed;
  }
  if (share !== undefined) return logExceedsControl({ arm: mine, control: theirs }, share, guard.relative) >= needed;
  if (control.requests === 0) return false;
  // Shares that move leave only each arm's own counts: the control's greatest plausible rate, then the arm against that.
  const highest = highestRate(theirs, control.requests, needed + Math.LN2) * guard.relative;
  return highest < 1 && logExceeds(mine, arm.requests, highest) >= needed + Math.LN2;
}

/** The end of the one-sided confidence sequence of a rate: every greater one has that much evidence against it. */
function highestRate(hits: number, n: number, needed: number): number {
  let [low, high] = [hits / n, 1];
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (logExceeds(n - hits, n, 1 - middle) >= needed) high = middle;
    else low = middle;
  }
  return high;
}

function isSlower(guard: ExperimentGuard, { spec, arm, control }: Watched): boolean {
  const p = quantileOf(guard);
  if (guard.relative === undefined) return quantileSequence(arm.latency, p, spec.guardAlpha).low > guard.absolute!;
  const half = spec.guardAlpha / 2;
  return quantileSequence(arm.latency, p, half).low > guard.relative * quantileSequence(control.latency, p, half).high;
}
