import { Script } from 'node:vm';
import { Environment } from '@marcbachmann/cel-js';
import { fail, messageOf } from '../../kernel/errors.ts';

/** What a rule may name; anything else does not compile. */
export const evidenceNames = ['model', 'version', 'target', 'run', 'documents', 'data', 'champion', 'facts'] as const;

const limits = { maxAstNodes: 2_000, maxDepth: 60, maxListElements: 500, maxMapEntries: 100, maxCallArguments: 16 };

const environment = evidenceNames
  .reduce(
    (built, name) => built.registerVariable(name, 'dyn'),
    new Environment({ homogeneousAggregateLiterals: false, limits }),
  )
  .registerVariable('now', 'google.protobuf.Timestamp');

const maxEvaluationMs = 1_000;
const call = new Script('evaluate()');

/** Runs a rule under a time limit: comprehensions inside each other can take for ever over little evidence. */
function withinTime(evaluate: () => unknown): unknown {
  try {
    return call.runInNewContext({ evaluate }, { timeout: maxEvaluationMs });
  } catch (error) {
    const isLate = (error as { code?: string }).code === 'ERR_SCRIPT_EXECUTION_TIMEOUT';
    throw isLate ? new Error(`the expression took longer than ${maxEvaluationMs} ms`) : error;
  }
}

/** A compiled rule: run it over evidence, and see which pieces of evidence it reads. */
export interface Expression {
  /** Throws what CEL throws, such as `No such key: auc`. */
  evaluate(evidence: object, now: number): unknown;
  /** Paths such as `['run', 'metrics', 'auc']`. */
  reads: readonly (readonly string[])[];
}

/** Compiles a CEL expression; `invalid_policy` when it does not parse, names unknown evidence or cannot be true or false. */
export function compileExpression(text: string): Expression {
  const refuse = (why: string): never =>
    fail('invalid_policy', `The expression \`${text.slice(0, 200)}\` does not compile: ${why}.`, {
      field: 'expression',
      value: text.slice(0, 200),
    });
  try {
    const parsed = environment.parse(text);
    const checked = parsed.check();
    if (!checked.valid) return refuse(firstLine(checked.error));
    if (checked.type !== 'bool' && checked.type !== 'dyn') return refuse(`it gives ${checked.type}, not true or false`);
    return {
      evaluate: (evidence, now) => withinTime(() => parsed({ ...evidence, now: new Date(now) })),
      reads: pathsIn(parsed.ast),
    };
  } catch (error) {
    if (error instanceof Error && error.name === 'TidemillError') throw error;
    return refuse(firstLine(error));
  }
}

/** The first line of an error: the rest of CEL's shows the source again. */
export function firstLine(error: unknown): string {
  return messageOf(error).split('\n')[0]!.trim();
}

interface Node {
  op: string;
  args: unknown;
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'op' in value && 'args' in value;
}

/** Every longest path of member accesses that starts at a piece of evidence. */
function pathsIn(ast: unknown): string[][] {
  const found = new Map<string, string[]>();
  const walk = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(walk);
    if (!isNode(value)) return;
    const path = pathOf(value);
    if (path) found.set(path.join('.'), path);
    else walk(value.args);
  };
  walk(ast);
  return [...found.values()];
}

function pathOf(node: Node): string[] | undefined {
  if (node.op === 'id')
    return (evidenceNames as readonly unknown[]).includes(node.args) ? [String(node.args)] : undefined;
  if (node.op !== '.' && node.op !== '[]') return undefined;
  const [of, key] = node.args as [unknown, unknown];
  const path = isNode(of) ? pathOf(of) : undefined;
  const part = isNode(key) ? (key.op === 'value' ? key.args : undefined) : key;
  return path && part !== undefined ? [...path, String(part)] : undefined;
}
