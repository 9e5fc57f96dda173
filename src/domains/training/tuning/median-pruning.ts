/** Trials that must have finished before any is pruned. */
const startupTrials = 5;

/**
 * The median rule (Golovin et al. 2017, §3.2; Optuna's MedianPruner): give up when the best value so far is worse than the
 * median of what finished trials had at the same step, once past the warm-up. Lower is better; a NaN gives up at once.
 */
export function shouldPrune(
  steps: readonly number[],
  rivals: readonly (readonly number[])[],
  { step = steps.length - 1, warmup = 10 }: { step?: number; warmup?: number } = {},
): boolean {
  if (Number.isNaN(steps.at(-1))) return true;
  if (rivals.length < startupTrials || step < warmup) return false;
  const values = rivals.map((rival) => rival[step]).filter((value) => value !== undefined);
  if (values.length < startupTrials) return false;
  values.sort((a, b) => a - b);
  const median = (values[(values.length - 1) >> 1]! + values[values.length >> 1]!) / 2;
  return Math.min(...steps) > median;
}
