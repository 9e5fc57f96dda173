import { describe, expect, test } from 'vitest';
import { firesBetween, nextFire } from './cron.ts';

function fires(cron: string, timezone: string, from: string, count: number): string[] {
  const found: string[] = [];
  for (let at = Date.parse(from); found.length < count; ) {
    at = nextFire({ cron, timezone }, at)!;
    found.push(new Date(at).toISOString().slice(0, 16));
  }
  return found;
}

// Europe/Berlin: 29 March 2026 02:00 → 03:00, 25 October 2026 03:00 → 02:00. Lord Howe moves by half an hour.
describe('fire times over a change of clocks', () => {
  test.each([
    [
      'a time that is skipped does not fire',
      '30 2 * * *',
      '2026-03-28T00:00:00Z',
      ['2026-03-28T01:30', '2026-03-30T00:30'],
    ],
    [
      'every quarter goes on over the gap',
      '*/15 * * * *',
      '2026-03-29T00:40:00Z',
      ['2026-03-29T00:45', '2026-03-29T01:00', '2026-03-29T01:15'],
    ],
    [
      'a time that comes twice fires once',
      '30 2 * * *',
      '2026-10-24T10:00:00Z',
      ['2026-10-25T00:30', '2026-10-26T01:30'],
    ],
    [
      'a list of times that come twice fires once each',
      '0,30 2 * * *',
      '2026-10-24T10:00:00Z',
      ['2026-10-25T00:00', '2026-10-25T00:30', '2026-10-26T01:00'],
    ],
    [
      'steps within a named hour fire once',
      '*/30 2 * * *',
      '2026-10-24T10:00:00Z',
      ['2026-10-25T00:00', '2026-10-25T00:30', '2026-10-26T01:00'],
    ],
    [
      'every hour goes on as time passes',
      '0 * * * *',
      '2026-10-24T23:30:00Z',
      ['2026-10-25T00:00', '2026-10-25T01:00', '2026-10-25T02:00'],
    ],
    [
      'a local hour stays local',
      '0 6 * * *',
      '2026-03-28T00:00:00Z',
      ['2026-03-28T05:00', '2026-03-29T04:00', '2026-03-30T04:00'],
    ],
  ])('%s', (_, cron, from, expected) => {
    expect(fires(cron, 'Europe/Berlin', from, expected.length)).toEqual(expected);
  });

  test('a zone that moves by half an hour', () => {
    expect(fires('45 1 * * *', 'Australia/Lord_Howe', '2026-04-03T20:00:00Z', 2)).toEqual([
      '2026-04-04T14:45',
      '2026-04-05T15:15',
    ]);
  });

  test('seconds, and only the newest fires of a long gap', () => {
    expect(fires('*/20 * * * * *', 'UTC', '2026-01-01T00:00:10Z', 2)).toEqual(['2026-01-01T00:00', '2026-01-01T00:00']);
    const day = { after: Date.UTC(2026, 0, 1), upTo: Date.UTC(2026, 0, 2) };
    expect(firesBetween({ cron: '0 * * * *', timezone: 'UTC' }, day, 2)).toEqual([
      Date.UTC(2026, 0, 1, 23),
      Date.UTC(2026, 0, 2),
    ]);
  });

  test('a date that never comes', () => {
    expect(nextFire({ cron: '0 0 30 2 *', timezone: 'UTC' }, 0)).toBeUndefined();
  });
});
