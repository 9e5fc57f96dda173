/** The area under the ROC curve by ranks, ties counted half (Hanley and McNeil 1982); NaN with one class only. */
export function auc(scores: readonly number[], labels: readonly number[]): number {
  const order = scores.map((_, i) => i).sort((a, b) => scores[a]! - scores[b]!);
  let [rankSum, positives] = [0, 0];
  for (let from = 0; from < order.length; ) {
    let to = from;
    while (to + 1 < order.length && scores[order[to + 1]!] === scores[order[from]!]) to++;
    const rank = (from + to) / 2 + 1;
    for (let i = from; i <= to; i++) {
      if (labels[order[i]!] !== 1) continue;
      rankSum += rank;
      positives++;
    }
    from = to + 1;
  }
  const negatives = order.length - positives;
  return (rankSum - (positives * (positives + 1)) / 2) / (positives * negatives);
}

/** The value below which a share of the values lies. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
