import { ascendingOrder } from './order.ts';
import { descendScores, type RankedRows } from './ranking.ts';

/** A point of the ROC curve: rates when rows scoring at least `threshold` are called positive. */
export interface RocPoint {
  threshold: number;
  falsePositiveRate: number;
  truePositiveRate: number;
}

/** A point of the precision-recall curve, with the same meaning of `threshold`. */
export interface PrecisionRecallPoint {
  threshold: number;
  precision: number;
  recall: number;
}

/** Scored rows. */
export interface ScoredRows {
  truth: Uint8Array;
  scores: Float64Array;
  weights?: Float64Array;
}

const usualPoints = 200;

/**
 * ROC curve from (0, 0), whose threshold is above every score by 1, to (1, 1), thinned to about `points` points at even distances along
 * it; null when there is one class only.
 */
export function rocCurve(rows: ScoredRows, points = usualPoints): RocPoint[] | null {
  const { thresholds, positives, negatives } = cumulate(rows);
  const [allPositives, allNegatives] = [positives.at(-1) ?? 0, negatives.at(-1) ?? 0];
  if (allPositives === 0 || allNegatives === 0) return null;
  const at = (i: number): RocPoint => ({
    threshold: thresholds[i]!,
    falsePositiveRate: negatives[i]! / allNegatives,
    truePositiveRate: positives[i]! / allPositives,
  });
  const start = { threshold: thresholds[0]! + 1, falsePositiveRate: 0, truePositiveRate: 0 };
  const along = (i: number) => negatives[i]! / allNegatives + positives[i]! / allPositives;
  return [start, ...thin(thresholds.length, along, { points, length: 2 }).map(at)];
}

/** Precision-recall curve from the highest threshold down, thinned the same way; null without positives. */
export function precisionRecallCurve(rows: ScoredRows, points = usualPoints): PrecisionRecallPoint[] | null {
  const { thresholds, positives, negatives } = cumulate(rows);
  const allPositives = positives.at(-1) ?? 0;
  if (allPositives === 0) return null;
  const at = (i: number): PrecisionRecallPoint => ({
    threshold: thresholds[i]!,
    precision: positives[i]! / (positives[i]! + negatives[i]!),
    recall: positives[i]! / allPositives,
  });
  return thin(thresholds.length, (i) => positives[i]! / allPositives, { points, length: 1 }).map(at);
}

/** The threshold with the best F1. */
export interface BestThreshold {
  /** Halfway between the lowest score called positive and the next below, so that rounding flips no row. */
  threshold: number;
  f1: number;
  precision: number;
  recall: number;
}

/** Finds the threshold of the best F1, the highest of equals; null without positives. */
export function bestF1Threshold(rows: ScoredRows): BestThreshold | null {
  const { thresholds, positives, negatives } = cumulate(rows);
  const allPositives = positives.at(-1) ?? 0;
  if (allPositives === 0) return null;
  let best = 0;
  let bestF1 = -1;
  for (let i = 0; i < thresholds.length; i++) {
    const f1 = (2 * positives[i]!) / (positives[i]! + negatives[i]! + allPositives);
    if (f1 > bestF1) [best, bestF1] = [i, f1];
  }
  const below = thresholds[best + 1];
  const precision = positives[best]! / (positives[best]! + negatives[best]!);
  return {
    threshold: below === undefined ? Math.min(0, thresholds[best]! - 1e-9) : (thresholds[best]! + below) / 2,
    f1: bestF1,
    precision,
    recall: positives[best]! / allPositives,
  };
}

function cumulate(rows: ScoredRows) {
  const ranked: RankedRows = { ...rows, weights: rows.weights ?? null, order: ascendingOrder(rows.scores) };
  const thresholds: number[] = [];
  const positives: number[] = [];
  const negatives: number[] = [];
  descendScores(ranked, (score, p, n) => {
    thresholds.push(score);
    positives.push(p);
    negatives.push(n);
  });
  return { thresholds, positives, negatives };
}

/** Indexes of about `points` of `count` points whose position `along` the curve (0 … length) advances; the ends stay. */
function thin(count: number, along: (i: number) => number, to: { points: number; length: number }): number[] {
  const all = Array.from({ length: count }, (_, i) => i);
  if (count <= to.points) return all;
  const step = to.length / (to.points - 1);
  let last = -1;
  return all.filter((i) => {
    const stretch = Math.floor(along(i) / step);
    if (stretch <= last && i < count - 1) return false;
    last = stretch;
    return true;
  });
}
