import { directionOf } from './compare-arms.ts';
import type { EndpointExperimentSpec, ExperimentDecision } from './experiment-schema.ts';
import type { Comparison, ExperimentReport } from './report-schema.ts';

/** How an experiment came out, before anybody acts on it. */
export type Verdict = Pick<ExperimentDecision, 'verdict' | 'winner' | 'reason'>;

/** The verdict of a report: a guard first, then the comparisons, then the time; undefined while it is open. */
export function decide(spec: EndpointExperimentSpec, report: ExperimentReport, isTimeUp: boolean): Verdict | undefined {
  const [tripped] = report.guards.filter((guard) => guard.verdict === 'tripped');
  if (tripped && spec.onGuard === 'stop') return { verdict: 'guard', winner: null, reason: tripped.message };
  const found = report.sampleRatio?.mismatch ? undefined : fromComparisons(spec, report);
  if (found) return found;
  if (!isTimeUp) return undefined;
  return { verdict: 'inconclusive', winner: null, reason: 'The time was up before the arms could be told apart.' };
}

function fromComparisons(spec: EndpointExperimentSpec, { comparisons }: ExperimentReport): Verdict | undefined {
  const sign = directionOf(spec) === 'up' ? 1 : -1;
  // The least and the most by which an arm may be better than the control.
  const least = ({ low, high }: Comparison) => Math.min(sign * (low ?? 0), sign * (high ?? 0));
  const most = ({ low, high }: Comparison) => Math.max(sign * (low ?? 0), sign * (high ?? 0));
  const isOpen = comparisons.filter((one) => one.verdict === 'undecided');
  const better = comparisons.filter((one) => one.verdict === 'better');
  const [best] = better.toSorted((a, b) => sign * ((b.difference ?? 0) - (a.difference ?? 0)));
  if (best && isOpen.every((one) => one.low !== null && most(one) < least(best))) {
    const reason = `'${best.arm}' is better than '${best.control}': ${intervalText(best)}.`;
    return { verdict: 'winner', winner: best.arm, reason };
  }
  if (isOpen.length > 0 || best) return undefined;
  const control = comparisons[0]!.control;
  const alike = comparisons.filter((one) => one.verdict === 'alike');
  const told = comparisons.map((one) => `'${one.arm}' ${intervalText(one)}`).join('; ');
  if (alike.length > 0) {
    const reason = `No arm differs from '${control}' by what matters (${spec.minimumEffect}): ${told}.`;
    return { verdict: 'alike', winner: control, reason };
  }
  return { verdict: 'control', winner: control, reason: `Every other arm is worse than '${control}': ${told}.` };
}

/** A difference with its interval, as people read it. */
export function intervalText({ difference, low, high, level, pValue }: Comparison): string {
  const number = (value: number | null) => (value === null ? '?' : Number(value.toPrecision(4)).toString());
  const sure = Number((100 * level).toFixed(2));
  return `difference ${number(difference)}, ${sure} % sequence ${number(low)} to ${number(high)}, p ${pValue.toPrecision(2)}`;
}
