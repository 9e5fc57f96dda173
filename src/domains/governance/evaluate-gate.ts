import type { RuleResult } from '../registry/index.ts';
import { compileExpression, type Expression, firstLine } from './expression.ts';
import type { Evidence, GateResult, GateRule, GateSpec } from './schema.ts';

/** Whose gate it is and what time it is: rules may say `now`. */
export interface EvaluationContext {
  name: string;
  now: number;
}

const maxValueLength = 2_000;

/**
 * Says whether evidence passes a gate's rules. Pure: policies can be tested offline with it. It fails closed: an expression
 * that does not compile, misses a field, throws or gives anything but true does not pass, and the result names why.
 */
export function evaluateGate(spec: GateSpec, evidence: Evidence, { name, now }: EvaluationContext): GateResult {
  const rules = spec.rules.map((rule) => evaluateRule(rule, evidence, { name, now }));
  return { passed: rules.every((rule) => rule.outcome === 'passed' || rule.severity === 'warn'), rules };
}

function evaluateRule(rule: GateRule, evidence: Evidence, { name, now }: EvaluationContext): RuleResult {
  const said = (outcome: RuleResult['outcome'], reason: string | null, values: RuleResult['values']): RuleResult => {
    const { id, severity, message } = rule;
    return { gate: name, rule: id, outcome, severity, message, reason, values };
  };
  let expression: Expression;
  try {
    expression = compileExpression(rule.expression);
  } catch (error) {
    return said('error', firstLine(error), {});
  }
  const values = Object.fromEntries(expression.reads.map((path) => [path.join('.'), valueAt(evidence, path)]));
  try {
    const result = expression.evaluate(evidence, now);
    if (result === true) return said('passed', null, values);
    if (result === false) return said('failed', rule.message || `\`${rule.expression}\` is false`, values);
    return said('error', `the expression gave ${describe(result)}, not true or false`, values);
  } catch (error) {
    return said('error', firstLine(error), values);
  }
}

/** A piece of evidence as it goes on record: undefined becomes null, and what is long is cut. */
function valueAt(evidence: Evidence, path: readonly string[]): unknown {
  let value: unknown = evidence;
  for (const part of path) {
    const isThere = value !== null && typeof value === 'object' && Object.hasOwn(value, part);
    if (!isThere) return null;
    value = (value as Record<string, unknown>)[part];
  }
  const text =
    typeof value === 'object'
      ? JSON.stringify(value, (_, one) => (typeof one === 'bigint' ? String(one) : one))
      : String(value);
  return (text?.length ?? 0) > maxValueLength ? `${text!.slice(0, maxValueLength)}…` : (value ?? null);
}

function describe(value: unknown): string {
  return value === null ? 'null' : Array.isArray(value) ? 'a list' : `a ${typeof value}`;
}
