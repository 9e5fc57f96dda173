import type { UnseenCategory } from './result.ts';
import type { Sample } from './sample.ts';

/** At the most this many are listed, the most frequent first. */
const listed = 50;

/** The categories of the current side that the reference lacks: a finding of its own, whatever the test says. */
export function unseenIn(reference: Sample, current: Sample): UnseenCategory[] {
  if (reference.type !== 'category' || current.type !== 'category') return [];
  return [...current.rows]
    .filter(([category]) => !reference.rows.has(category))
    .map(([category, rows]) => ({ category, rows, share: rows / current.counts.used }))
    .sort((a, b) => b.rows - a.rows)
    .slice(0, listed);
}
