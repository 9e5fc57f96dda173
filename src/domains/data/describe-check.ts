import { isoTime } from '../../kernel/clock.ts';
import type { Rule } from './compile-rule.ts';
import type { CheckResult } from './expectation-schema.ts';

/** What the query saw for one rule. */
interface Seen {
  rows: number;
  checked: number;
  failed: number;
  observed: number | null;
  now: number;
}

/** The result of one rule: whether it passed, and why in one sentence. */
export function toCheck(rule: Rule, seen: Seen): CheckResult {
  const { expectation } = rule;
  const base = {
    rule: rule.id,
    type: expectation.type,
    ...(rule.columns.length > 0 && { column: rule.columns.join(', ') }),
    severity: expectation.severity,
    expectation: expectation as unknown as Record<string, unknown>,
  };
  if (rule.kind === 'impossible') return { ...base, passed: false, checkedRows: 0, message: rule.problem };
  if (rule.kind === 'table') return { ...base, ...judgeTable(rule, seen) };
  const mostly = 'mostly' in expectation ? expectation.mostly : 1;
  const share = seen.checked === 0 ? 1 : (seen.checked - seen.failed) / seen.checked;
  const passed = seen.failed === 0 || (mostly < 1 && share >= mostly);
  const told = `${seen.failed} of ${seen.checked} rows break it`;
  const message =
    seen.failed === 0
      ? 'All rows pass.'
      : `${told}${mostly < 1 ? ` (${percent(share)} pass, ${percent(mostly)} have to)` : ''}.`;
  return { ...base, passed, checkedRows: seen.checked, failedRows: seen.failed, message };
}

function judgeTable(
  rule: Rule,
  { rows, observed, now }: Seen,
): Pick<CheckResult, 'passed' | 'checkedRows' | 'observed' | 'message'> {
  const { expectation } = rule;
  if (observed === null) return { passed: false, checkedRows: rows, observed, message: 'There is no value to judge.' };
  if (expectation.type === 'freshness') {
    const ageMs = now - observed;
    const passed = ageMs <= expectation.maxAgeMs;
    const message = `The newest value is ${isoTime(observed)}, ${Math.round(ageMs / 1000)} s old; ${expectation.maxAgeMs / 1000} s are allowed.`;
    return { passed, checkedRows: rows, observed: isoTime(observed), message };
  }
  const { min, max } = expectation as { min?: number; max?: number };
  const passed = (min === undefined || observed >= min) && (max === undefined || observed <= max);
  const bounds = `${min ?? '-∞'} to ${max ?? '∞'}`;
  return { passed, checkedRows: rows, observed, message: `It is ${observed}; ${bounds} is allowed.` };
}

function percent(share: number): string {
  return `${Number((share * 100).toFixed(3))} %`;
}
