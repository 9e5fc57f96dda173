import type { MonitorSpec } from './schema.ts';
import type { Watermark } from './store.ts';

/** A stretch of event time, the end not included, and where the next one starts. */
export interface Window {
  fromAt: number;
  toAt: number;
  nextAt: number;
}

/** A new monitor looks back over at the most this many windows of what is logged already. */
export const lookBack = 50;

/** Everything before this event time is taken as complete: the newest event seen less the delay. */
export function closedUntil(spec: MonitorSpec, mark: Watermark): number {
  return mark.maxAt - spec.delayMs;
}

/** Where the first window of a new monitor starts: windows lie at multiples of their slide since 1970, UTC. */
export function firstStart(spec: MonitorSpec, mark: Watermark): number {
  if (spec.window.by === 'rows') return mark.minAt;
  const { sizeMs, slideMs = sizeMs } = spec.window;
  const oldest = (Math.floor((mark.minAt - sizeMs) / slideMs) + 1) * slideMs;
  const newest = Math.floor((closedUntil(spec, mark) - sizeMs) / slideMs) * slideMs;
  return Math.max(oldest, newest - (lookBack - 1) * slideMs);
}

/** The window of event time that starts at `fromAt`, when it has closed. */
export function timeWindow(spec: MonitorSpec, fromAt: number, mark: Watermark): Window | undefined {
  if (spec.window.by !== 'time') return undefined;
  const { sizeMs, slideMs = sizeMs } = spec.window;
  const toAt = fromAt + sizeMs;
  return toAt <= closedUntil(spec, mark) ? { fromAt, toAt, nextAt: fromAt + slideMs } : undefined;
}

/** The window that holds the first `rows` of ascending event times from `fromAt` on, with all that tie with the last. */
export function rowWindow(times: Float64Array, fromAt: number, rows: number): Window | undefined {
  if (times.length < rows) return undefined;
  const toAt = Math.floor(times[rows - 1]!) + 1;
  return { fromAt, toAt, nextAt: toAt };
}
