/** Scored rows with the order of their scores, smallest first (`ascendingOrder`). */
export interface RankedRows {
  truth: Uint8Array;
  scores: Float64Array;
  order: Uint32Array;
  weights: Float64Array | null;
}

/**
 * Goes from the highest score down, one call for each distinct score, with the weight of positives and negatives that
 * score at least as much.
 */
export function descendScores(
  rows: RankedRows,
  visit: (score: number, positives: number, negatives: number) => void,
): void {
  const { truth, scores, order, weights } = rows;
  let positives = 0;
  let negatives = 0;
  let pending = false;
  for (let i = order.length - 1; i >= 0; i--) {
    const row = order[i]!;
    const weight = weights === null ? 1 : weights[row]!;
    if (weight > 0) {
      pending = true;
      if (truth[row] === 1) positives += weight;
      else negatives += weight;
    }
    if (pending && (i === 0 || scores[order[i - 1]!] !== scores[row])) {
      pending = false;
      visit(scores[row]!, positives, negatives);
    }
  }
}

/** Area under the ROC curve by the trapezoid rule, so that ties count one half; null when one class has no weight. */
export function rocAuc(rows: RankedRows): number | null {
  let area = 0;
  let lastPositives = 0;
  let lastNegatives = 0;
  descendScores(rows, (_, positives, negatives) => {
    area += ((negatives - lastNegatives) * (positives + lastPositives)) / 2;
    lastPositives = positives;
    lastNegatives = negatives;
  });
  return lastPositives > 0 && lastNegatives > 0 ? area / lastPositives / lastNegatives : null;
}

/** Average precision, the sum over thresholds of precision times the gain in recall; null without positives. */
export function averagePrecision(rows: RankedRows): number | null {
  let sum = 0;
  let lastPositives = 0;
  descendScores(rows, (_, positives, negatives) => {
    if (positives > lastPositives) sum += ((positives - lastPositives) * positives) / (positives + negatives);
    lastPositives = positives;
  });
  return lastPositives > 0 ? sum / lastPositives : null;
}
