import type { ExportColumn, ExportedRun } from './export-columns.ts';

const plainNumber = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;

/**
 * A text as a CSV cell (RFC 4180 §2). What a spreadsheet would run as a formula (it begins with `=`, `+`, `-`, `@`, a tab or a
 * line break, and is no plain number) gets a `'` before it, as OWASP advises against CSV injection.
 */
export function csvText(text: string): string {
  const guarded = /^[=+\-@\t\r\n]/.test(text) && !plainNumber.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(guarded) ? `"${guarded.replaceAll('"', '""')}"` : guarded;
}

/** The first line of a CSV file. */
export function csvHead(columns: readonly ExportColumn[]): string {
  return `${columns.map(({ name }) => csvText(name)).join(',')}\r\n`;
}

/** A run as a line: nothing where it has no value, times in ISO 8601, NaN and ±Infinity as such. */
export function csvLine(columns: readonly ExportColumn[], run: ExportedRun): string {
  const cells = columns.map(({ type, read }) => {
    const value = read(run);
    if (value === null) return '';
    if (type === 'TIMESTAMP') return new Date(value).toISOString();
    return typeof value === 'number' ? String(value) : csvText(value);
  });
  return `${cells.join(',')}\r\n`;
}
