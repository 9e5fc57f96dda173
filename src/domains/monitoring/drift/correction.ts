/** The p-values adjusted so that comparing each with α bounds the false discovery rate by α (Benjamini & Hochberg 1995). */
export function benjaminiHochberg(pValues: readonly number[]): number[] {
  const order = pValues.map((_, i) => i).sort((a, b) => pValues[b]! - pValues[a]!);
  const adjusted = new Array<number>(pValues.length);
  let least = 1;
  order.forEach((index, fromTop) => {
    const rank = pValues.length - fromTop;
    least = Math.min(least, (pValues[index]! * pValues.length) / rank);
    adjusted[index] = least;
  });
  return adjusted;
}
