import { InvalidArgumentError } from 'commander';

const units: Record<string, number> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

/** A duration such as `90d`, as an option's value, in milliseconds. */
export function durationOf(text: string): number {
  const [, amount, unit] = /^(\d+)([mhd])$/.exec(text) ?? [];
  if (!amount || !unit) throw new InvalidArgumentError('It is written as 30m, 12h or 90d.');
  return Number(amount) * units[unit]!;
}
