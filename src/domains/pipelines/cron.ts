import { Cron } from 'croner';
import { fail, messageOf } from '../../kernel/errors.ts';

/** A cron pattern in a time zone. */
export interface CronRule {
  cron: string;
  timezone: string;
}

const hourMs = 3_600_000;

/** Checks a pattern and its zone; fails with `invalid_pipeline`, naming the field. */
export function checkCron(rule: CronRule, field: string): void {
  try {
    new Intl.DateTimeFormat('en', { timeZone: rule.timezone });
  } catch {
    const cure = 'Use an IANA name such as Europe/Berlin or UTC.';
    const at = `${field}.timezone`;
    fail('invalid_pipeline', `${at}: '${rule.timezone}' is not a time zone. ${cure}`, {
      field: at,
      value: rule.timezone,
    });
  }
  try {
    toCron(rule);
  } catch (error) {
    const at = `${field}.cron`;
    fail('invalid_pipeline', `${at}: '${rule.cron}' is not a cron pattern: ${messageOf(error)}`, { field: at });
  }
}

const parsed = new Map<string, Cron>();

function toCron(rule: CronRule): Cron {
  const key = `${rule.timezone} ${rule.cron}`;
  let cron = parsed.get(key);
  if (!cron) {
    cron = new Cron(rule.cron, { timezone: rule.timezone, paused: true, mode: '5-or-6-parts' });
    if (parsed.size > 1000) parsed.clear();
    parsed.set(key, cron);
  }
  return cron;
}

/**
 * The first fire time after a moment (both UTC milliseconds), or nothing when the pattern never comes again.
 * Wall-clock times that a change of clocks skips do not fire. Those it repeats fire once, at the first pass, where the
 * pattern names its hours; a pattern for every hour (`*`) goes on firing as time passes.
 */
export function nextFire(rule: CronRule, after: number): number | undefined {
  const cron = toCron(rule);
  const namesHours = !hourField(rule.cron).includes('*');
  let from = after;
  for (let tries = 0; tries < 10_000; tries++) {
    const next = cron.nextRun(new Date(from))?.getTime();
    if (next === undefined) return undefined;
    // Croner moves a skipped wall-clock time to just after the gap, where the pattern does not match.
    const skipped = !cron.match(new Date(next));
    if (!skipped && !(namesHours && isSecondPass(rule.timezone, next))) return next;
    from = next;
  }
  return undefined;
}

/** The fire times after one moment up to another, oldest first; at most the `limit` newest of them are kept. */
export function firesBetween(rule: CronRule, range: { after: number; upTo: number }, limit: number): number[] {
  const fires: number[] = [];
  for (let at = nextFire(rule, range.after); at !== undefined && at <= range.upTo; at = nextFire(rule, at)) {
    fires.push(at);
    if (fires.length > limit) fires.shift();
  }
  return fires;
}

function hourField(pattern: string): string {
  const fields = pattern.trim().split(/\s+/);
  return fields.length === 6 ? fields[2]! : (fields[1] ?? '*');
}

/** Whether the wall clock showed this time once before, because it was set back within the last hours. */
function isSecondPass(timezone: string, at: number): boolean {
  const now = offsetMs(timezone, at);
  const earlier = offsetMs(timezone, at - 3 * hourMs);
  return earlier > now && offsetMs(timezone, at - (earlier - now)) === earlier;
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** How far the zone's wall clock is ahead of UTC at a moment. */
function offsetMs(timezone: string, at: number): number {
  let format = formats.get(timezone);
  if (!format) {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone: timezone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
    formats.set(timezone, format);
  }
  const part = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, Number(value)]));
  const wall = Date.UTC(part['year']!, part['month']! - 1, part['day'], part['hour'], part['minute'], part['second']);
  return wall - Math.floor(at / 1000) * 1000;
}
