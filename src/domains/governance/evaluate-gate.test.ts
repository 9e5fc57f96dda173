import { describe, expect, test } from 'vitest';
import { evaluateGate } from './evaluate-gate.ts';
import { compileExpression } from './expression.ts';
import { matchesGlob } from './gates.ts';
import { type Evidence, GateSpec } from './schema.ts';

const evidence: Evidence = {
  model: { name: 'm', tags: { risk: 'high' } },
  version: { number: 3, createdAt: 1_700_000_000_000, tags: {}, signature: { inputs: [{ name: 'x' }] } },
  target: { kind: 'alias', name: 'champion' },
  run: { metrics: { auc: 0.85, 'val/auc': 0.8, nan: Number.NaN, inf: Number.POSITIVE_INFINITY, n: 5 }, params: {} },
  documents: { evaluation: { slices: [{ name: 'a', auc: 0.7 }] }, huge: { text: 'x'.repeat(10_000) } },
  data: [{ name: 'd', validation: { passed: true } }],
  champion: null,
  facts: {},
};
const judge = (expression: string, severity = 'block') => {
  const spec = GateSpec.parse({ targets: { aliases: ['champion'] }, rules: [{ id: 'r', expression, severity }] });
  return evaluateGate(spec, evidence, { name: 'g', now: 1_700_000_100_000 });
};

describe('a gate', () => {
  test.each([
    'run.metrics.auc >= 0.8',
    'run.metrics["val/auc"] >= 0.8 && run.metrics.n == 5',
    'data.all(d, d.validation.passed)',
    'champion == null || run.metrics.auc > champion.run.metrics.auc',
    'documents.evaluation.slices.exists(s, s.auc < 0.75)',
    'size(version.signature.inputs) == 1',
    'now - timestamp(1700000000) < duration("1h")',
    'target.name in ["champion", "other"]',
    'run.metrics.inf > 1.0',
    'run.metrics.auc - 0.01 > 0.8',
    '!has(version.tags.blocked)',
  ])('passes %s', (expression) => {
    expect(judge(expression)).toMatchObject({ passed: true, rules: [{ outcome: 'passed', reason: null }] });
  });

  test.each([
    ['run.metrics.auc > 0.9', 'failed', 'is false'],
    ['run.metrics.missing > 0.9', 'error', 'No such key: missing'],
    ['champion.run.metrics.auc > 0.1', 'error', ''],
    ['run.metrics.nan > 0.1', 'failed', ''],
    ['run.metrics.nan <= 0.1', 'failed', ''],
    ['run.metrics.auc', 'error', 'a number, not true or false'],
    ['version.tags', 'error', 'not true or false'],
    ['run.params.x == "a"', 'error', 'No such key: x'],
    ['run.metrics.auc == "0.85"', 'failed', ''],
    ['run.metrics.n + 1 == 6', 'error', 'no such overload'],
    ['run.metrics.constructor != null', 'error', 'No such key: constructor'],
    ['run.metrics.auc >', 'error', 'does not compile'],
    ['process.exit(1)', 'error', 'does not compile'],
    ['"text"', 'error', 'not true or false'],
  ])('refuses %s and says why', (expression, outcome, reason) => {
    const result = judge(expression);
    expect(result.passed).toBe(false);
    expect(result.rules[0]).toMatchObject({ outcome, reason: expect.stringContaining(reason) });
  });

  test('a warning is recorded and does not refuse', () => {
    expect(judge('run.metrics.auc > 0.9', 'warn')).toMatchObject({ passed: true, rules: [{ outcome: 'failed' }] });
  });

  test('the values seen are those that the expression reads', () => {
    const values = (expression: string) => judge(expression).rules[0]!.values;
    expect(values('run.metrics.auc > 0.5 && has(run.params.x)')).toEqual({
      'run.metrics.auc': 0.85,
      'run.params.x': null,
    });
    expect(values('documents.evaluation.slices[0].auc > 0.5')).toEqual({ 'documents.evaluation.slices.0.auc': 0.7 });
    expect(String(values('documents.huge.text != ""')['documents.huge.text']).length).toBeLessThan(2100);
    expect(values('data.all(d, d.validation.passed)')).toEqual({ data: evidence.data });
  });

  test('an expression that would run for ever is stopped', () => {
    const list = `[${Array.from({ length: 100 }, (_, i) => i).join()}]`;
    const endless = ['a', 'b', 'c', 'd', 'e'].reduceRight((inner, name) => `${list}.all(${name}, ${inner})`, 'true');
    expect(judge(endless).rules[0]).toMatchObject({ outcome: 'error', reason: expect.stringContaining('longer than') });
  });

  test('expressions that would run away are refused before they run', () => {
    expect(() => compileExpression(`${'('.repeat(500)}true${')'.repeat(500)}`)).toThrow(/does not compile/);
    expect(() => compileExpression(Array(3000).fill('true').join(' && '))).toThrow(/does not compile/);
  });
});

test.each([
  ['*', 'anything', true],
  ['a', 'a', true],
  ['a', 'ab', false],
  ['flight-*', 'flight-delays', true],
  ['*-delays', 'flight-delays', true],
  ['f*t*s', 'flight-delays', true],
  ['ab*ba', 'aba', false],
  ['a*b*c', 'acb', false],
  ['a.c', 'abc', false],
])('the pattern %s on %s gives %s', (pattern, name, expected) => {
  expect(matchesGlob(pattern, name)).toBe(expected);
});
