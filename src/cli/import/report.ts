import { colour, count, table } from '../output.ts';
import type { Unread } from './source.ts';

/** What an import or export did. */
export interface Report {
  dryRun: boolean;
  /** How many of each kind there were, how many of them came new, and how many were there already as they are. */
  taken: Record<string, Taken>;
  /** What did not fit, with its reason; of very many the first. */
  notFitting: Unread[];
  notFittingCount: number;
  /** What this command never takes over. */
  leftOut: Unread[];
}

interface Taken {
  found: number;
  new: number;
}

/** The exit code when something did not fit. */
export const exitNotFitting = 3;
const mostTold = 1_000;

/** Makes an empty report. */
export function createReport(dryRun: boolean): Report {
  return { dryRun, taken: {}, notFitting: [], notFittingCount: 0, leftOut: [] };
}

/** Counts what was found, and whether it came new. */
export function noteTaken(report: Report, kind: string, isNew: boolean): void {
  report.taken[kind] ??= { found: 0, new: 0 };
  const taken = report.taken[kind];
  taken.found++;
  if (isNew) taken.new++;
}

/** Counts many that came new at once. */
export function noteMany(report: Report, kind: string, amount: number): void {
  const { found, new: before } = report.taken[kind] ?? { found: 0, new: 0 };
  report.taken[kind] = { found: found + amount, new: before + amount };
}

/** Notes what did not fit. */
export function noteMiss(report: Report, what: string, reason: string): void {
  report.notFittingCount++;
  if (report.notFitting.length < mostTold) report.notFitting.push({ what, reason });
}

/** A report as people read it. */
export function reportText(report: Report): string {
  const rows = Object.entries(report.taken).map(([kind, taken]) => ({ kind, ...taken }));
  const title = report.dryRun ? 'would come' : 'new';
  const counted = table(rows, [
    { title: '', show: (row) => row.kind },
    { title: 'found', align: 'right', show: (row) => count(row.found) },
    { title, align: 'right', show: (row) => count(row.new) },
  ]);
  const misses = report.notFitting.map(({ what, reason }) => `  ${what}: ${reason}`);
  const more = report.notFittingCount - misses.length;
  return [
    counted,
    ...report.leftOut.map(({ what, reason }) => colour.dim(`${what}: ${reason}`)),
    report.notFittingCount === 0 ? colour.green('Everything fitted.') : colour.yellow('Did not fit:'),
    ...misses,
    ...(more > 0 ? [`  … and ${more} more`] : []),
  ].join('\n');
}
