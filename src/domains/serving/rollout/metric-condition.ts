import { Script } from 'node:vm';
import { Environment } from '@marcbachmann/cel-js';
import { fail, messageOf } from '../../../kernel/errors.ts';

/** What a metric's condition looks at. */
export interface ConditionScope {
  /** The first value of the first row. */
  value: unknown;
  /** The first row, by column. */
  result: Record<string, unknown>;
  rows: readonly Record<string, unknown>[];
}

/** A compiled condition: throws what CEL throws, such as `No such key: p99`. */
export interface Condition {
  holds(scope: ConditionScope): boolean;
  /** Columns of the first row that it reads; `value` and `rows` where it reads those. */
  reads: readonly string[];
}

const limits = { maxAstNodes: 500, maxDepth: 40, maxListElements: 100, maxMapEntries: 50, maxCallArguments: 8 };
const environment = withMixedNumbers(
  new Environment({ homogeneousAggregateLiterals: false, limits })
    .registerVariable('value', 'dyn')
    .registerVariable('result', 'map')
    .registerVariable('rows', 'list'),
);

/** Measured numbers are doubles; a whole number in a condition is an integer: `value * 2` shall work all the same. */
function withMixedNumbers(built: Environment): Environment {
  const operators: Record<string, (a: number, b: number) => number> = {
    '+': (a, b) => a + b,
    '-': (a, b) => a - b,
    '*': (a, b) => a * b,
    '/': (a, b) => a / b,
  };
  for (const [sign, compute] of Object.entries(operators)) {
    const mixed = (a: number | bigint, b: number | bigint) => compute(Number(a), Number(b));
    built.registerOperator(`double ${sign} int`, mixed).registerOperator(`int ${sign} double`, mixed);
  }
  return built;
}

const maxEvaluationMs = 500;
const call = new Script('evaluate()');
const compiled = new Map<string, Condition>();

/** Compiles a condition; `invalid_input`, naming `field`, where it does not parse, names what there is not, or gives no truth. */
export function compileCondition(text: string, field: string): Condition {
  const known = compiled.get(text);
  if (known) return known;
  const cure =
    'Write CEL over `value`, `result.<column>` or `rows`, such as `result.candidate <= result.champion * 1.2`.';
  const refuse = (why: string): never =>
    fail('invalid_input', `Field '${field}' = '${text.slice(0, 200)}' is no condition: ${why}. ${cure}`, {
      field,
      value: text.slice(0, 200),
      cure,
    });
  let parsed: ReturnType<Environment['parse']>;
  try {
    parsed = environment.parse(text);
  } catch (error) {
    return refuse(firstLine(error));
  }
  const checked = parsed.check();
  if (!checked.valid) return refuse(firstLine(checked.error));
  if (checked.type !== 'bool' && checked.type !== 'dyn') return refuse(`it gives ${checked.type}, not true or false`);
  const condition: Condition = { holds: (scope) => truthOf(parsed, scope), reads: readsOf(parsed.ast) };
  if (compiled.size > 500) compiled.clear();
  compiled.set(text, condition);
  return condition;
}

/** Under a time limit: comprehensions inside each other can take for ever over few rows. */
function truthOf(parsed: ReturnType<Environment['parse']>, scope: ConditionScope): boolean {
  let value: unknown;
  try {
    value = call.runInNewContext({ evaluate: () => parsed(scope) }, { timeout: maxEvaluationMs });
  } catch (error) {
    const isLate = (error as { code?: string }).code === 'ERR_SCRIPT_EXECUTION_TIMEOUT';
    throw new Error(isLate ? `the condition took longer than ${maxEvaluationMs} ms` : firstLine(error));
  }
  if (typeof value === 'boolean') return value;
  throw new Error(`the condition gave ${String(value)}, not true or false`);
}

function firstLine(error: unknown): string {
  return messageOf(error).split('\n')[0]!.trim();
}

function readsOf(ast: unknown): string[] {
  const reads = new Set<string>();
  const walk = (node: unknown): void => {
    if (Array.isArray(node)) {
      for (const one of node) walk(one);
      return;
    }
    if (typeof node !== 'object' || node === null || !('op' in node)) return;
    const { op, args } = node as { op: string; args: unknown };
    if (op === 'id' && (args === 'value' || args === 'rows')) reads.add(args);
    if ((op === '.' || op === '[]') && Array.isArray(args)) {
      const [of, key] = args as [{ op?: string; args?: unknown }, { op?: string; args?: unknown } | string];
      const name = typeof key === 'string' ? key : key.op === 'value' ? key.args : undefined;
      if (of.op === 'id' && of.args === 'result' && name !== undefined) reads.add(`result.${String(name)}`);
    }
    walk(args);
  };
  walk(ast);
  return [...reads];
}
