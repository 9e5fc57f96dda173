import { z } from 'zod';
import { jsonValue } from './artifact.ts';
import { duration } from './duration.ts';

/** How steps, inputs, outputs, parameters, schedules and triggers are named inside a pipeline. */
export const partName = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9_-]{0,99}$/, 'starts with a letter and holds letters, digits, "_" and "-", at most 100');

const scalar = z.union([z.string(), z.number(), z.boolean()]);

/** One typed parameter of a pipeline. */
export const ParamSpec = z
  .strictObject({
    type: z.enum(['string', 'number', 'integer', 'boolean', 'enum', 'datetime']),
    description: z.string().max(1000).optional(),
    default: scalar.optional(),
    required: z.boolean().optional().describe('True unless there is a default.'),
    values: z.array(z.string()).min(1).max(1000).optional().describe('The values of an `enum`.'),
    minimum: z.number().optional(),
    maximum: z.number().optional(),
  })
  .meta({ id: 'PipelineParam' });

/** How often each class of error is tried again. */
export const RetrySpec = z
  .strictObject({
    infra: z.int().min(0).max(100).default(3).describe('The platform failed: process lost, store away, disk full.'),
    user: z.int().min(0).max(100).default(0).describe("The step's own code failed."),
    timeout: z.int().min(0).max(100).default(0).describe('An attempt ran longer than `timeouts.run`.'),
    preempted: z.int().min(0).max(100).default(5).describe('The machine took the process away (SIGTERM from outside).'),
    delay: duration.default(1000).describe('The pause before the first retry.'),
    factor: z.number().min(1).max(10).default(2).describe('Each further pause is this much longer.'),
    maxDelay: duration.default(300_000),
  })
  .meta({ id: 'RetrySpec' });

const retries = z.preprocess((given) => (typeof given === 'number' ? { user: given } : given), RetrySpec);

/** The three clocks of a step. */
export const TimeoutSpec = z
  .strictObject({
    run: duration.optional().describe('How long one attempt may run.'),
    queued: duration.optional().describe('How long the step may wait for a slot.'),
    deadline: duration.optional().describe('From first ready to done, over all attempts.'),
  })
  .meta({ id: 'TimeoutSpec' });

/** Whether a step whose definition and inputs are unchanged takes its outputs from an earlier run. */
export const CacheSpec = z
  .strictObject({
    mode: z.enum(['off', 'content']),
    ttl: duration.optional().describe('How old a cached result may be.'),
    salt: z.string().max(200).optional().describe('Part of the key; change it to forget what was cached.'),
  })
  .meta({ id: 'CacheSpec' });

const cache = z.preprocess((given) => (typeof given === 'string' ? { mode: given } : given), CacheSpec);

const input = z.union([
  z.string(),
  z.number(),
  z.boolean(),
  z.strictObject({ dataset: z.string(), version: z.string().default('latest') }),
  z.strictObject({ model: z.string(), version: z.string().default('latest') }),
]);

const common = {
  needs: z.array(partName).max(1000).default([]).describe('Steps that must be done before, beside those it refers to.'),
  inputs: z
    .record(partName, input)
    .default({})
    .describe(
      'By name: `{{ steps.x.outputs.y }}`, `{{ params.z }}`, a plain value, `{dataset, version}` or `{model, version}`.',
    ),
  params: z
    .record(partName, jsonValue)
    .optional()
    .describe('Strings in it may hold `{{ … }}`. All pipeline parameters unless given.'),
  when: z
    .string()
    .max(2000)
    .optional()
    .describe('A CEL expression over `params`, `steps`, `inputs`, `trigger`; false skips the step.'),
  retries: retries.optional(),
  timeouts: TimeoutSpec.optional(),
  cache: cache.optional(),
  pool: partName.optional().describe('A pool of slots shared by all runs, from the setting `pools`.'),
  slots: z.int().min(1).max(1000).default(1).describe('How many slots of the pool the step takes.'),
  description: z.string().max(1000).optional(),
};

const outputs = z
  .record(partName, z.enum(['value', 'file']))
  .default({})
  .describe(
    'What the step must write; a small JSON file that is not named here counts as a value, any other as a file.',
  );

const env = z.record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'is a variable name'), z.string()).default({});

/** A command in any language. */
export const ShellStep = z
  .strictObject({
    kind: z.literal('shell'),
    command: z
      .union([z.string().min(1), z.array(z.string()).min(1)])
      .describe('A list of arguments, or one line for /bin/sh, in which `{{ … }}` values are quoted.'),
    env,
    cwd: z.string().optional().describe("A folder inside the step's own work folder."),
    executor: partName.default('process'),
    outputs,
    ...common,
  })
  .meta({ id: 'ShellStep' });

/** A function of a TypeScript (or JavaScript) module of the pipeline's code bundle, in a process of its own. */
export const TypescriptStep = z
  .strictObject({
    kind: z.literal('typescript'),
    module: z.string().min(1).describe('The path of the module in the bundle.'),
    export: z.string().default('default'),
    env,
    executor: partName.default('process'),
    outputs,
    ...common,
  })
  .meta({ id: 'TypescriptStep' });

/** A SELECT over dataset versions (its inputs, as tables); the rows become a new version of a dataset. */
export const SqlStep = z
  .strictObject({
    kind: z.literal('sql'),
    sql: z.string().min(1).max(100_000),
    dataset: z.string().describe('The dataset that gets the new version; the output is named `dataset`.'),
    ...common,
  })
  .meta({ id: 'SqlStep' });

/** A step the platform brings: `ingest`, `validate`, `train`, `register`, `rollout` and others. */
export const BuiltinStep = z
  .strictObject({ kind: z.literal('builtin'), builtin: z.string().min(1), ...common })
  .meta({ id: 'BuiltinStep' });

/** One step, by kind. */
export const StepSpec = z.discriminatedUnion('kind', [ShellStep, TypescriptStep, SqlStep, BuiltinStep]);

/** When a pipeline starts by the clock. */
export const ScheduleSpec = z
  .strictObject({
    cron: z.string().describe('Five or six fields (seconds first), such as `0 6 * * 1-5`.'),
    timezone: z
      .string()
      .default('UTC')
      .describe('An IANA zone. Times a change of clocks skips are skipped; repeated ones run once.'),
    params: z.record(partName, scalar).default({}),
    catchup: z
      .union([z.enum(['none', 'last']), z.strictObject({ all: z.int().min(1).max(1000) })])
      .default('none')
      .describe('What to do about fires missed while nothing ran: none, the last, or at most the last n.'),
    overlap: z.enum(['skip', 'queue', 'cancel-previous', 'allow']).default('skip'),
    enabled: z.boolean().default(true),
  })
  .meta({ id: 'ScheduleSpec' });

/** When a pipeline starts because something happened. */
export const TriggerSpec = z
  .strictObject({
    on: z
      .preprocess((given) => (typeof given === 'string' ? [given] : given), z.array(z.string()).min(1).max(20))
      .describe('Event types of the ledger, such as `dataset-version.created`.'),
    where: z
      .record(z.string(), z.union([scalar, z.array(scalar)]))
      .default({})
      .describe('Dotted paths into the event and the value (or values) wanted: `subject.name: flights`.'),
    params: z.record(partName, scalar).default({}).describe('Strings may hold `{{ event.data.x }}`.'),
    debounce: duration.default(0).describe('Wait until no further event matched for this long; the last one counts.'),
    minInterval: duration.default(0).describe('The least time between two runs of this trigger.'),
    enabled: z.boolean().default(true),
  })
  .meta({ id: 'TriggerSpec' });

/** What happens when a run is asked for while others of the pipeline are active. */
export const ConcurrencySpec = z
  .strictObject({
    max: z.int().min(1).max(1000).default(1),
    policy: z.enum(['queue', 'cancel-previous', 'skip']).default('queue'),
  })
  .meta({ id: 'ConcurrencySpec' });

/** Steps as a map, also when written as a list of `{name, …}`. */
function listToMap(given: unknown): unknown {
  if (!Array.isArray(given)) return given;
  const named = given.map((step: unknown, index) => {
    if (step === null || typeof step !== 'object' || !('name' in step)) return [`${index}`, step] as const;
    const { name, ...rest } = step as Record<string, unknown>;
    return [String(name), rest] as const;
  });
  return new Map(named).size === named.length ? Object.fromEntries(named) : given;
}

/** A pipeline as declared, in YAML or TypeScript: a graph of steps, its parameters, and when it runs. */
export const PipelineSpec = z
  .strictObject({
    description: z.string().max(4000).optional(),
    params: z.record(partName, ParamSpec).default({}),
    steps: z
      .preprocess(listToMap, z.record(partName, StepSpec))
      .describe('Steps by name; a list of steps that each have a `name` does as well.'),
    outputs: z
      .record(partName, z.string())
      .default({})
      .describe('What the run gives: `{{ steps.x.outputs.y }}` by name.'),
    bundle: z
      .string()
      .regex(/^[0-9a-f]{64}$/, 'is a sha256 digest')
      .optional()
      .describe('The code bundle steps run from.'),
    retries: retries.optional().describe('For steps that do not say.'),
    timeouts: TimeoutSpec.optional().describe('For steps that do not say.'),
    cache: cache.optional().describe('For steps that do not say; off unless said.'),
    deadline: duration.optional().describe('How long a whole run may take.'),
    concurrency: ConcurrencySpec.optional().describe('Any number of runs at once unless said.'),
    schedules: z.record(partName, ScheduleSpec).default({}),
    triggers: z.record(partName, TriggerSpec).default({}),
  })
  .meta({ id: 'PipelineSpec' });

/** A pipeline as declared, with every default filled in and durations in milliseconds. */
export type PipelineSpec = z.output<typeof PipelineSpec>;
/** A pipeline document as somebody writes it. */
export type PipelineDocument = z.input<typeof PipelineSpec>;
/** One step, by kind. */
export type StepSpec = z.output<typeof StepSpec>;
/** One typed parameter. */
export type ParamSpec = z.output<typeof ParamSpec>;
/** Retry budgets and back-off. */
export type RetrySpec = z.output<typeof RetrySpec>;
/** When a pipeline starts by the clock. */
export type ScheduleSpec = z.output<typeof ScheduleSpec>;
/** When a pipeline starts because something happened. */
export type TriggerSpec = z.output<typeof TriggerSpec>;
/** A parameter's value. */
export type ParamValue = string | number | boolean;
