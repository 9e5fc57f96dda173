/** Zeros become a millionth of the smallest share, at the most 1e-4; nothing is renormalised. */
export function fillZeros(shares: readonly number[]): number[] {
  const smallest = Math.min(...shares.filter((share) => share > 0));
  const fill = smallest <= 1e-4 ? smallest / 1e6 : 1e-4;
  return shares.map((share) => (share === 0 ? fill : share));
}

function normalise(shares: readonly number[]): number[] {
  const total = shares.reduce((sum, share) => sum + share, 0);
  return shares.map((share) => share / total);
}

/** The population stability index Σ (r − c)·ln(r/c) of positive shares. */
export function psi(reference: readonly number[], current: readonly number[]): number {
  return reference.reduce((sum, r, i) => sum + (r - current[i]!) * Math.log(r / current[i]!), 0);
}

/** The Kullback–Leibler divergence Σ r·ln(r/c), both normalised first; terms with r = 0 count nothing. */
export function klDivergence(reference: readonly number[], current: readonly number[]): number {
  const [r, c] = [normalise(reference), normalise(current)];
  return r.reduce((sum, share, i) => (share === 0 ? sum : sum + share * Math.log(share / c[i]!)), 0);
}

/** The Jensen–Shannon distance (the root of the divergence) in natural logarithms: 0 to √ln 2. */
export function jensenShannon(reference: readonly number[], current: readonly number[]): number {
  const [r, c] = [normalise(reference), normalise(current)];
  const middle = r.map((share, i) => (share + c[i]!) / 2);
  return Math.sqrt(Math.max(0, (klDivergence(r, middle) + klDivergence(c, middle)) / 2));
}

/** The Hellinger distance √(1 − Σ √(p·q)) of shares: 0 to 1. */
export function hellinger(reference: readonly number[], current: readonly number[]): number {
  const overlap = reference.reduce((sum, share, i) => sum + Math.sqrt(share * current[i]!), 0);
  return Math.sqrt(Math.max(0, 1 - overlap));
}

/** The largest difference of two shares. */
export function lInfinity(reference: readonly number[], current: readonly number[]): number {
  return reference.reduce((most, share, i) => Math.max(most, Math.abs(share - current[i]!)), 0);
}
