/** The drift tests by the names users write. */
export const driftMethods = [
  'psi',
  'jensenshannon',
  'kl-divergence',
  'wasserstein',
  'ks',
  'chisquare',
  'chisquare-contingency',
  'z',
  'hellinger',
  'l-infinity',
] as const;
/** One of `driftMethods`. */
export type DriftMethod = (typeof driftMethods)[number];

/** Rows of one side: how many came, how many were null, NaN or infinite and were dropped, how many were used. */
export interface SideCounts {
  rows: number;
  nulls: number;
  nonFinite: number;
  used: number;
}

/** The bins of a comparison, for charts: numeric edges (one more than counts) or categories. */
export interface DriftBins {
  edges: number[] | null;
  categories: string[] | null;
  reference: number[];
  current: number[];
}

/** A category that one side has and the reference lacks. */
export interface UnseenCategory {
  category: string;
  rows: number;
  share: number;
}

/** What a drift test says about one column, with everything needed to repeat it. */
export interface DriftResult {
  column: string;
  type: 'numeric' | 'category';
  method: DriftMethod;
  /** The exact variant, such as `psi (Sturges bins of both sides, zero fill 1e-4, natural log)`. */
  recipe: string;
  verdict: 'drift' | 'no-drift' | 'insufficient-data' | 'not-computable';
  /** Why there is no verdict. */
  reason: string | null;
  statistic: number | null;
  pValue: number | null;
  /** The p-value after Benjamini–Hochberg, where asked for. */
  adjustedPValue: number | null;
  threshold: number;
  /** `at-least`: drift when the statistic is at least the threshold; `p-at-most`, `p-below`: by the p-value. */
  direction: 'at-least' | 'p-at-most' | 'p-below';
  logBase: 'e' | null;
  degreesOfFreedom: number | null;
  counts: { reference: SideCounts; current: SideCounts };
  bins: DriftBins | null;
  unseen: UnseenCategory[];
}
