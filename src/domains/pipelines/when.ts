import { type ASTNode, Environment } from '@marcbachmann/cel-js';
import { fail, messageOf } from '../../kernel/errors.ts';

const environment = new Environment({ unlistedVariablesAreDyn: true, homogeneousAggregateLiterals: false });
const heads = new Set(['params', 'steps', 'inputs', 'trigger', 'run']);

/** What a condition may look at. */
export interface ConditionScope {
  params: Record<string, unknown>;
  steps: Record<string, unknown>;
  inputs: Record<string, unknown>;
  trigger: unknown;
  run: unknown;
}

/** The steps a condition looks at; fails with `invalid_pipeline` when it does not parse or names something unknown. */
export function stepsOfCondition(condition: string, field: string): string[] {
  const steps: string[] = [];
  const visit = (node: ASTNode): void => {
    if (node.op === 'id' && !heads.has(node.args)) {
      const cure = `It may use ${[...heads].join(', ')}.`;
      fail('invalid_pipeline', `${field}: '${node.args}' is unknown. ${cure}`, { field, value: condition, cure });
    }
    const [inside, key] = Array.isArray(node.args) ? (node.args as unknown[]) : [];
    const ofSteps = isNode(inside) && inside.op === 'id' && inside.args === 'steps';
    if (node.op === '.' && ofSteps) steps.push(String(key));
    else if (node.op === '[]' && ofSteps && isNode(key) && key.op === 'value') steps.push(String(key.args));
    else for (const child of childrenOf(node)) visit(child);
  };
  visit(parse(condition, field).ast);
  return steps;
}

function parse(condition: string, field: string) {
  try {
    return environment.parse(condition);
  } catch (error) {
    const why = firstLine(error);
    return fail('invalid_pipeline', `${field}: '${condition}' is not a CEL expression: ${why}`, {
      field,
      value: condition,
    });
  }
}

/** Evaluates a condition; anything but true or false, and any error in it, is the user's mistake: `invalid_input`. */
export function holds(condition: string, field: string, scope: ConditionScope): boolean {
  let value: unknown;
  try {
    value = parse(condition, field)(withIntegers(scope) as Record<string, unknown>);
  } catch (error) {
    return fail('invalid_input', `${field}: '${condition}' failed: ${firstLine(error)}`, { field, value: condition });
  }
  if (typeof value === 'boolean') return value;
  return fail('invalid_input', `${field}: '${condition}' gave ${String(value)}, not true or false.`, { field });
}

/** CEL tells 3 from 3.0; JavaScript's whole numbers become CEL's integers, so that `params.n + 1` works. */
function withIntegers(value: unknown): unknown {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? BigInt(value) : value;
  if (Array.isArray(value)) return value.map(withIntegers);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withIntegers(item)]));
}

function isNode(value: unknown): value is ASTNode {
  return value !== null && typeof value === 'object' && 'op' in value && 'args' in value;
}

function childrenOf(node: ASTNode): ASTNode[] {
  const walk = (value: unknown): ASTNode[] => {
    if (isNode(value)) return [value];
    return Array.isArray(value) ? value.flatMap(walk) : [];
  };
  return walk(node.args);
}

function firstLine(error: unknown): string {
  return messageOf(error).split('\n')[0]!;
}
