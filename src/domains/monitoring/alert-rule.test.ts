import { describe, expect, test } from 'vitest';
import { type AlertHistory, decideAlert, type Judged } from './alert-rule.ts';
import { AlertRule } from './schema.ts';

/** Verdicts as letters, oldest first, a window of 10 each: B breached, g good, n neither (ok, but above clearBelow). */
function judged(letters: string, version = 1): Judged[] {
  return [...letters]
    .map((letter, i) => ({
      id: `r${i}`,
      status: letter === 'B' ? ('breached' as const) : ('ok' as const),
      pressure: letter === 'B' ? 1.5 : letter === 'n' ? 0.95 : 0.2,
      windowToAt: (i + 1) * 10,
      model: 'm',
      version,
    }))
    .reverse();
}

function decide(rule: Partial<AlertRule>, letters: string, more: Partial<AlertHistory> = {}) {
  const history = { judged: judged(letters), open: undefined, lastResolvedAt: undefined, ...more };
  return decideAlert(AlertRule.parse(rule), history).move;
}

describe('opening', () => {
  test('takes as many breaching windows in a row as the rule says', () => {
    expect(decide({ consecutive: 3 }, 'BB')).toBe('none');
    expect(decide({ consecutive: 3 }, 'BBgB')).toBe('none');
    expect(decide({ consecutive: 3 }, 'gBBB')).toBe('open');
    expect(decide({}, '')).toBe('none');
  });

  test('does not count windows of another version', () => {
    const both = [...judged('BB', 2).slice(0, 1), ...judged('B', 1)];
    expect(decide({ consecutive: 2 }, '', { judged: both })).toBe('none');
  });

  test('waits for the cool-down after a resolution', () => {
    expect(decide({ coolDownMs: 25 }, 'BggBB', { lastResolvedAt: 30 })).toBe('none');
    expect(decide({ coolDownMs: 20 }, 'BggBB', { lastResolvedAt: 30 })).toBe('open');
  });

  test('does not count windows up to the last resolution again', () => {
    expect(decide({ consecutive: 2 }, 'BBB', { lastResolvedAt: 20 })).toBe('none');
  });
});

describe('an open alert', () => {
  test('goes on while windows breach', () => {
    expect(decide({}, 'BB', { open: { windowToAt: 10 } })).toBe('continue');
  });

  test('ends after enough good windows in a row', () => {
    expect(decide({ resolveAfter: 2 }, 'Bg', { open: { windowToAt: 10 } })).toBe('none');
    expect(decide({ resolveAfter: 2 }, 'Bgg', { open: { windowToAt: 10 } })).toBe('resolve');
  });

  test('is not ended by windows between the threshold and clearBelow', () => {
    const rule = { resolveAfter: 2, clearBelow: 0.8 };
    expect(decide(rule, 'Bnnnn', { open: { windowToAt: 10 } })).toBe('none');
    expect(decide(rule, 'Bgngg', { open: { windowToAt: 10 } })).toBe('resolve');
  });
});
