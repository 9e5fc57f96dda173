/** Rows whose probability falls into one interval. */
export interface CalibrationBin {
  low: number;
  high: number;
  /** Rows in the bin, weighted. */
  count: number;
  /** Mean probability in the bin. */
  predicted: number;
  /** Share of positives in the bin. */
  observed: number;
}

interface Rows {
  truth: Uint8Array;
  scores: Float64Array;
}

const usualBins = 10;

/**
 * Compares probabilities with what happened, in bins of equal width; empty bins are left out. A probability on an edge
 * belongs to the lower bin, as in scikit-learn's `calibration_curve`.
 */
export function calibrationBins(rows: Rows, weights: Float64Array | null, bins = usualBins): CalibrationBin[] {
  const { counts, sums, positives } = binUp(rows, weights, bins);
  const result: CalibrationBin[] = [];
  counts.forEach((count, bin) => {
    if (count === 0) return;
    const [low, high] = [bin / bins, (bin + 1) / bins];
    result.push({ low, high, count, predicted: sums[bin]! / count, observed: positives[bin]! / count });
  });
  return result;
}

function binUp({ truth, scores }: Rows, weights: Float64Array | null, bins: number) {
  const counts = new Float64Array(bins);
  const sums = new Float64Array(bins);
  const positives = new Float64Array(bins);
  for (let row = 0; row < truth.length; row++) {
    const weight = weights === null ? 1 : weights[row]!;
    const score = scores[row]!;
    let bin = Math.min(bins - 1, Math.floor(score * bins));
    if (bin > 0 && score <= bin / bins) bin--;
    counts[bin]! += weight;
    sums[bin]! += weight * score;
    positives[bin]! += weight * truth[row]!;
  }
  return { counts, sums, positives };
}

/** Expected calibration error: the gap between mean probability and share of positives, averaged over the bins by weight. */
export function calibrationError(rows: Rows, weights: Float64Array | null, bins = usualBins): number {
  const { counts, sums, positives } = binUp(rows, weights, bins);
  let gap = 0;
  let total = 0;
  for (let bin = 0; bin < bins; bin++) {
    total += counts[bin]!;
    gap += Math.abs(sums[bin]! - positives[bin]!);
  }
  return gap / total;
}
