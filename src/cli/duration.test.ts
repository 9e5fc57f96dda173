import { expect, test } from 'vitest';
import { durationOf, momentOf } from './duration.ts';

test('times are days and moments of ISO 8601, and nothing else', () => {
  expect(momentOf('2026-05-01')).toBe('2026-05-01T00:00:00.000Z');
  expect(momentOf('2026-05-01T10:00:00+02:00')).toBe('2026-05-01T08:00:00.000Z');
  for (const text of ['yesterday', '7', '', '2026-13-01', '2026-05-01Tnoon']) {
    expect(() => momentOf(text)).toThrow('A time is written 2026-05-01');
  }
});

test('durations have a unit', () => {
  expect(durationOf('12h')).toBe(43_200_000);
  expect(() => durationOf('12')).toThrow('It is written as 30m');
});
