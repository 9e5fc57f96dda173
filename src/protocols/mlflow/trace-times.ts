import { refuse } from './errors.ts';
import { shown } from './fields.ts';

/** Milliseconds of an RFC 3339 time, as protobuf's JSON has it; nothing for nothing. */
export function readTime(text: string | undefined): number | undefined {
  if (text === undefined || text === '') return undefined;
  const at = Date.parse(text);
  if (!Number.isNaN(at)) return Math.max(0, Math.floor(at));
  return refuse(
    'INVALID_PARAMETER_VALUE',
    `Invalid value ${shown(text)}: it is no RFC 3339 time such as 2026-01-31T12:00:00Z.`,
  );
}

/** Milliseconds of a duration such as `1.5s`; nothing for nothing. */
export function readDuration(text: string | undefined): number | undefined {
  if (text === undefined || text === '') return undefined;
  const found = /^(-?\d{1,12}(?:\.\d{1,9})?)s$/.exec(text);
  if (found) return Math.max(0, Math.floor(Number(found[1]) * 1000 + 1e-6));
  return refuse('INVALID_PARAMETER_VALUE', `Invalid value ${shown(text)}: it is no duration such as 1.5s.`);
}

/** A duration as protobuf's JSON has it. */
export function writeDuration(ms: number): string {
  return ms % 1000 === 0 ? `${ms / 1000}s` : `${(ms / 1000).toFixed(3)}s`;
}
