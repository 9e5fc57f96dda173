const whole = new Intl.NumberFormat(undefined, { maximumFractionDigits: 0 });
const few = new Intl.NumberFormat(undefined, { maximumSignificantDigits: 4 });
const share = new Intl.NumberFormat(undefined, { style: 'percent', maximumFractionDigits: 1 });

/** A count with its thousands separated. */
export const formatCount = (value: number | null | undefined) =>
  value === null || value === undefined ? '–' : whole.format(value);

/** A measure with four digits that matter. */
export const formatNumber = (value: number | null | undefined) =>
  value === null || value === undefined || Number.isNaN(value) ? '–' : few.format(value);

/** A share as a percentage. */
export const formatShare = (value: number | null | undefined) =>
  value === null || value === undefined ? '–' : share.format(value);

/** A length of time as people say it. */
export function formatDuration(ms: number | null | undefined): string {
  if (ms === null || ms === undefined) return '–';
  if (ms < 1_000) return `${few.format(ms)} ms`;
  if (ms < 60_000) return `${few.format(ms / 1_000)} s`;
  if (ms < 3_600_000) return `${Math.floor(ms / 60_000)} min ${Math.round((ms % 60_000) / 1_000)} s`;
  return `${Math.floor(ms / 3_600_000)} h ${Math.round((ms % 3_600_000) / 60_000)} min`;
}

/** The first digits of a digest. */
export const shortDigest = (digest: string) => digest.slice(0, 12);

const byteUnits = ['B', 'kB', 'MB', 'GB', 'TB'];

/** A size in bytes as people say it. */
export function formatBytes(bytes: number | null | undefined): string {
  if (bytes === null || bytes === undefined) return '–';
  const power = Math.min(byteUnits.length - 1, Math.floor(Math.log10(Math.max(bytes, 1)) / 3));
  return `${few.format(bytes / 1000 ** power)} ${byteUnits[power]}`;
}

/** Any cell of data as text. */
export function formatCell(value: unknown): string {
  if (value === null || value === undefined) return '∅';
  if (typeof value === 'number') return Number.isInteger(value) ? String(value) : few.format(value);
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
