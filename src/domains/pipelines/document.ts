import type { z } from 'zod';
import { fail } from '../../kernel/errors.ts';
import { didYouMean } from './closest.ts';
import { checkCron } from './cron.ts';
import { buildGraph, type Graph, type GraphStep } from './graph.ts';
import { checkParam } from './params.ts';
import { PipelineSpec, type StepSpec } from './schema.ts';
import { parseTemplate, type Reference, referencesOf } from './template.ts';
import { stepsOfCondition } from './when.ts';

/** A document that holds together, and its graph. */
export interface CheckedPipeline {
  spec: PipelineSpec;
  graph: Graph;
}

/** Checks a pipeline document wholly: shape, references, cycles, conditions, cron; `invalid_pipeline` names the field. */
export function checkPipeline(document: unknown): CheckedPipeline {
  const parsed = PipelineSpec.safeParse(document);
  if (!parsed.success) failOnIssues(parsed.error.issues);
  const spec = parsed.data!;
  if (Object.keys(spec.steps).length === 0) wrong('steps', 'a pipeline has at least one step');
  checkDefaults(spec);
  const graph = buildGraph(Object.entries(spec.steps).map(([name, step]) => toGraphStep(spec, name, step)));
  for (const [name, text] of Object.entries(spec.outputs)) checkOutput(spec, `outputs.${name}`, text);
  for (const [name, schedule] of Object.entries(spec.schedules)) {
    checkCron(schedule, `schedules.${name}`);
    checkGiven(spec, schedule.params, `schedules.${name}.params`);
  }
  for (const [name, trigger] of Object.entries(spec.triggers)) {
    checkGiven(spec, trigger.params, `triggers.${name}.params`);
    for (const { reference, field } of referencesOf(trigger.params, `triggers.${name}.params`)) {
      checkHead(reference, field, ['event']);
    }
  }
  return { spec, graph };
}

/** The graph of a document that was checked before. */
export function graphOf(spec: PipelineSpec): Graph {
  return buildGraph(Object.entries(spec.steps).map(([name, step]) => toGraphStep(spec, name, step)));
}

function checkDefaults(spec: PipelineSpec): void {
  for (const [name, param] of Object.entries(spec.params)) {
    const field = `params.${name}`;
    if (param.type === 'enum' && !param.values) wrong(`${field}.values`, 'an enum lists its values');
    if (param.default !== undefined) checkParam(param, param.default, `${field}.default`);
  }
}

function checkGiven(spec: PipelineSpec, given: Record<string, unknown>, field: string): void {
  for (const [name, value] of Object.entries(given)) {
    const param = spec.params[name];
    if (!param)
      wrong(`${field}.${name}`, `the pipeline has no such parameter${didYouMean(name, Object.keys(spec.params))}`);
    if (typeof value !== 'string' || !value.includes('{{')) checkParam(param!, value, `${field}.${name}`);
  }
}

const processHeads = ['params', 'steps', 'inputs', 'outputs', 'run', 'trigger', 'code'];
const otherHeads = ['params', 'steps', 'inputs', 'run', 'trigger'];

function toGraphStep(spec: PipelineSpec, name: string, step: StepSpec): GraphStep {
  const field = `steps.${name}`;
  const needs: GraphStep['needs'] = step.needs.map((need, index) => ({
    step: need,
    field: `${field}.needs[${index}]`,
    takes: false,
  }));
  const take = (reference: Reference, at: string, allowed: readonly string[]) => {
    checkHead(reference, at, allowed);
    checkReference(spec, step, { reference, field: at });
    if (reference.path[0] === 'steps') needs.push({ step: reference.path[1]!, field: at, takes: true });
  };
  const heads = step.kind === 'shell' || step.kind === 'typescript' ? processHeads : otherHeads;
  for (const found of referencesOf(step.inputs, `${field}.inputs`))
    take(found.reference, found.field, ['params', 'steps', 'run', 'trigger']);
  for (const part of ['params', 'command', 'env', 'sql'] as const) {
    const value = (step as Record<string, unknown>)[part];
    for (const found of referencesOf(value, `${field}.${part}`)) take(found.reference, found.field, heads);
  }
  if (step.when !== undefined) {
    const at = `${field}.when`;
    for (const need of stepsOfCondition(step.when, at)) needs.push({ step: need, field: at, takes: true });
  }
  if (step.kind === 'typescript' && spec.bundle === undefined) {
    wrong(`${field}.module`, 'a typescript step runs from a code bundle; the pipeline names none in `bundle`');
  }
  return { name, needs };
}

function checkHead(reference: Reference, field: string, allowed: readonly string[]): void {
  const head = reference.path[0]!;
  if (allowed.includes(head)) return;
  wrong(field, `'{{ ${reference.text} }}' starts with '${head}'; here it may start with ${allowed.join(', ')}`);
}

function checkReference(spec: PipelineSpec, step: StepSpec, at: { reference: Reference; field: string }): void {
  const [head, name, part, output] = at.reference.path;
  const text = `'{{ ${at.reference.text} }}'`;
  if (head === 'params' && !(name !== undefined && Object.hasOwn(spec.params, name))) {
    wrong(
      at.field,
      `${text}: the pipeline has no parameter "${name ?? ''}"${didYouMean(name ?? '', Object.keys(spec.params))}`,
    );
  }
  if (head === 'inputs' && !(name !== undefined && Object.hasOwn(step.inputs, name))) {
    wrong(
      at.field,
      `${text}: the step has no input "${name ?? ''}"${didYouMean(name ?? '', Object.keys(step.inputs))}`,
    );
  }
  if (head !== 'steps') return;
  if ((part !== 'outputs' && part !== 'metrics') || output === undefined) {
    wrong(at.field, `${text}: name what of the step: {{ steps.${name ?? 'x'}.outputs.y }}`);
  }
  const source = name === undefined ? undefined : spec.steps[name];
  if (source?.kind === 'sql' && part === 'outputs' && output !== 'dataset') {
    wrong(at.field, `${text}: an sql step has one output, "dataset"`);
  }
}

function checkOutput(spec: PipelineSpec, field: string, text: string): void {
  const parts = parseTemplate(text, field);
  const only = parts[0];
  if (parts.length !== 1 || only === undefined || typeof only === 'string' || only.path[0] !== 'steps') {
    wrong(field, 'an output is one reference, such as {{ steps.train.outputs.model }}');
  }
  const [, step, part, output] = only.path;
  if (step === undefined || !Object.hasOwn(spec.steps, step)) {
    wrong(field, `there is no step "${step ?? ''}"${didYouMean(step ?? '', Object.keys(spec.steps))}`);
  }
  if (part !== 'outputs' || output === undefined) wrong(field, `name an output: {{ steps.${step}.outputs.y }}`);
}

function wrong(field: string, why: string): never {
  fail('invalid_pipeline', `${field}: ${why}${why.endsWith('?') ? '' : '.'}`, { field });
}

type Issue = z.core.$ZodIssue;

/** Says what zod found as one sentence a field, the first as the message and all as details. */
function failOnIssues(issues: readonly Issue[]): never {
  const told = issues.map((issue) => ({ field: pathOf(issue.path), message: wordsOf(issue) }));
  const { field, message } = told[0]!;
  const more = told.length > 1 ? ` (and ${told.length - 1} more)` : '';
  fail('invalid_pipeline', `${field || 'The document'}: ${message}${more}.`, { field, issues: told });
}

function wordsOf(issue: Issue): string {
  if (issue.code === 'invalid_union') {
    if (issue.errors.length === 0) return issue.message;
    return [...new Set(issue.errors.map((branch) => (branch[0] ? wordsOf(branch[0]) : issue.message)))].join(', or ');
  }
  return issue.message.replace(/^Invalid input: /, '').replace(/^Invalid string: must match.*/, 'has a wrong form');
}

function pathOf(path: readonly PropertyKey[]): string {
  return path.reduce<string>(
    (text, part) =>
      typeof part === 'number' ? `${text}[${part}]` : text === '' ? String(part) : `${text}.${String(part)}`,
    '',
  );
}
