import { InvalidArgumentError } from 'commander';

const units: Record<string, number> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

/** A duration such as `90d`, as an option's value, in milliseconds. */
export function durationOf(text: string): number {
  const [, amount, unit] = /^(\d+)([mhd])$/.exec(text) ?? [];
  if (!amount || !unit) throw new InvalidArgumentError('It is written as 30m, 12h or 90d.');
  return Number(amount) * units[unit]!;
}

/** A day or a moment of ISO 8601, as an option's value; without a zone it is this machine's, a day alone is one of UTC. */
export function momentOf(text: string): string {
  const at = /^\d{4}-\d\d-\d\d/.test(text) ? new Date(text) : undefined;
  if (!at || Number.isNaN(at.getTime())) {
    throw new InvalidArgumentError('A time is written 2026-05-01 or 2026-05-01T08:30:00Z.');
  }
  return at.toISOString();
}
