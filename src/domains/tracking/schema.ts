import { z } from 'zod';

/** The states of a run. */
export const runStatuses = ['SCHEDULED', 'RUNNING', 'FINISHED', 'FAILED', 'KILLED'] as const;
/** One of `runStatuses`. */
export type RunStatus = (typeof runStatuses)[number];

/** Whether a run or experiment is in use, or deleted and restorable. */
export type Lifecycle = 'active' | 'deleted';

/** How much one batch may carry, and how long its texts may be. */
export const batchLimits = { metrics: 1000, params: 200, tags: 200, paramLength: 16_384, tagLength: 65_536 } as const;

const isText = (text: string) => text.isWellFormed() && !text.includes('\u0000');
const text = (max: number) => z.string().max(max).refine(isText, 'must be well-formed Unicode without NUL');

/** The key of a metric, parameter or tag: letters, digits, `_ - . / :` and spaces, 1 to 250 characters. */
export const keySchema = z
  .string()
  .min(1)
  .max(250)
  .regex(/^[\p{L}\p{N}\p{M}_.\-/: ]+$/u, 'may hold letters, digits, "_", "-", ".", "/", ":" and spaces')
  .refine((key) => key !== '__proto__', 'may not be "__proto__"');

/** An experiment name: any text of 1 to 500 characters without control characters; `/` makes folders. */
export const experimentNameSchema = z
  .string()
  .transform((name) => name.normalize('NFC'))
  .pipe(
    z
      .string()
      .min(1)
      .max(500)
      .refine((name) => isText(name) && !/\p{Cc}/u.test(name), 'may not hold control characters'),
  );

/** A run id: 32 lower-case hex digits. */
export const runIdSchema = z.string().regex(/^[0-9a-f]{32}$/, 'must be 32 lower-case hex digits');

/** Any double, NaN and ±Infinity included; also their names as text. */
export const metricValueSchema = z
  .union([
    z.custom<number>((value) => typeof value === 'number').meta({ type: 'number' }),
    z.enum(['NaN', 'Infinity', '-Infinity']).transform(Number),
  ])
  .describe('A number; NaN and ±Infinity are kept.');

const wholeNumber = z.number().int().min(Number.MIN_SAFE_INTEGER).max(Number.MAX_SAFE_INTEGER);
const timeMs = z.union([
  z.number().int().min(0).max(8_640_000_000_000_000),
  z.iso.datetime({ offset: true }).transform((time) => Date.parse(time)),
]);

/** A metric point to write. */
export const newMetricSchema = z
  .object({
    key: keySchema,
    value: metricValueSchema,
    step: wholeNumber.default(0),
    at: timeMs.optional().describe('UTC milliseconds or an ISO time; now unless given.'),
  })
  .meta({ id: 'NewMetric' });
/** A metric point to write. */
export type NewMetric = z.input<typeof newMetricSchema>;

/** A metric point: `at` is UTC milliseconds. */
export interface Metric {
  key: string;
  value: number;
  step: number;
  at: number;
}

/** The value of a parameter. */
export const paramValueSchema = text(batchLimits.paramLength);
/** The value of a tag. */
export const tagValueSchema = text(batchLimits.tagLength);

/** Parameters or tags by key. */
export const paramsSchema = z.record(keySchema, paramValueSchema);
/** The key of a tag: any text of 1 to 250 characters without control characters. */
export const tagKeySchema = text(250)
  .min(1)
  .refine((key) => !/\p{Cc}/u.test(key), 'may not hold control characters')
  .refine((key) => key !== '__proto__', 'may not be "__proto__"');
/** Tags by key. */
export const tagsSchema = z.record(tagKeySchema, tagValueSchema);

/** A batch of writes to one run, made together or not at all. */
export const runBatchSchema = z
  .object({
    metrics: z.array(newMetricSchema).max(batchLimits.metrics).optional(),
    params: paramsSchema
      .refine((params) => Object.keys(params).length <= batchLimits.params, `at most ${batchLimits.params}`)
      .optional()
      .describe('Write-once: the same value again is fine, another is a conflict.'),
    tags: tagsSchema
      .refine((tags) => Object.keys(tags).length <= batchLimits.tags, `at most ${batchLimits.tags}`)
      .optional(),
  })
  .meta({ id: 'RunBatch' });
/** A batch of writes to one run. */
export type RunBatch = z.input<typeof runBatchSchema>;

/** Which code a run ran. */
export const codeVersionSchema = z
  .object({
    commit: text(100).min(1),
    dirty: z.boolean().default(false).describe('Whether there were changes that were not committed.'),
    remote: text(2000).optional(),
    entry: text(1000).optional().describe('The file or command that was run.'),
  })
  .meta({ id: 'CodeVersion' });
/** Which code a run ran. */
export type CodeVersion = z.output<typeof codeVersionSchema>;

/** Where a run ran: versions of Node and Python, the platform, packages. */
export const environmentSchema = z
  .object({
    node: text(100).optional(),
    python: text(100).optional(),
    platform: text(200).optional(),
    packages: z.record(z.string().max(250), text(250)).optional(),
  })
  .meta({ id: 'Environment' });
/** Where a run ran. */
export type Environment = z.output<typeof environmentSchema>;

/** A dataset a run read: its name and digest, the version it is in this platform when it is, and what for. */
export const datasetInputSchema = z
  .object({
    name: text(500).min(1),
    digest: text(128).min(1),
    versionId: text(100).optional().describe('The id of the dataset version of this platform.'),
    context: text(500).default('').describe('What for: training, validation, test …'),
    sourceType: text(250).optional().describe('What sort of place the source is, such as `local` or `http`.'),
    source: text(65_536).optional().describe('Where it came from, for data kept elsewhere.'),
    schema: text(1_048_576).optional(),
    profile: text(16_777_216).optional(),
    tags: z.record(z.string().min(1).max(255), text(500)).optional().describe('What else is said of this use.'),
  })
  .meta({ id: 'DatasetInput' });
/** A dataset a run read. */
export type DatasetInput = z.output<typeof datasetInputSchema>;

/** A model that a run made, at a step of its training. */
export const modelOutputSchema = z
  .object({ modelId: text(100).min(1), step: wholeNumber.default(0) })
  .meta({ id: 'ModelOutput' });
/** A model that a run made, at a step of its training. */
export type ModelOutput = z.output<typeof modelOutputSchema>;

/** An experiment to create. */
export const newExperimentSchema = z.object({
  name: experimentNameSchema,
  description: text(10_000).optional(),
  tags: tagsSchema.optional(),
  artifactLocation: text(2048)
    .optional()
    .describe('Where MLflow clients are told to put artifacts; ours unless given.'),
});
/** An experiment to create. */
export type NewExperiment = z.input<typeof newExperimentSchema>;

/** Runs that belong together, under a path-like name. */
export interface Experiment {
  id: string;
  name: string;
  description: string;
  lifecycle: Lifecycle;
  artifactLocation: string | null;
  tags: Record<string, string>;
  createdAt: number;
  updatedAt: number;
}

/** A run to start. */
export const newRunSchema = z.object({
  experiment: z.string().min(1).max(500).describe('The id or name of the experiment.'),
  name: text(500).optional().describe('A random name unless given.'),
  status: z.enum(runStatuses).default('RUNNING'),
  startedAt: timeMs.optional(),
  parentRunId: runIdSchema.optional(),
  user: text(250).optional().describe('Who the client says runs it; the actor is recorded beside.'),
  code: codeVersionSchema.optional(),
  environment: environmentSchema.optional(),
  params: paramsSchema.optional(),
  tags: tagsSchema.optional(),
  inputs: z.array(datasetInputSchema).max(100).optional(),
});
/** A run to start. */
export type NewRun = z.input<typeof newRunSchema>;

/** What may change about a run. */
export const runChangeSchema = z.object({
  name: text(500).min(1).optional(),
  status: z.enum(runStatuses).optional(),
  endedAt: timeMs.optional().describe('Now, unless given, when the status becomes a final one.'),
  code: codeVersionSchema.optional(),
  environment: environmentSchema.optional(),
  parentRunId: runIdSchema.nullable().optional(),
});
/** What may change about a run. */
export type RunChange = z.input<typeof runChangeSchema>;

/** A run without what it logged. */
export interface RunInfo {
  id: string;
  experimentId: string;
  name: string;
  status: RunStatus;
  lifecycle: Lifecycle;
  startedAt: number;
  endedAt: number | null;
  parentRunId: string | null;
  user: string;
  /** Who really created it. */
  actorId: string;
  code: CodeVersion | null;
  environment: Environment | null;
}

/** A run as a search gives it: the latest metric of each key, parameters and tags, as far as asked for. */
export interface Run extends RunInfo {
  metrics: Record<string, Metric>;
  params: Record<string, string>;
  tags: Record<string, string>;
}

/** A run with the datasets and models it read and the models it made. */
export interface RunDetails extends Run {
  inputs: DatasetInput[];
  /** Ids of logged models that it read. */
  modelInputs: string[];
  modelOutputs: ModelOutput[];
}

/** A dataset that runs of an experiment read. */
export interface DatasetUse {
  experimentId: string;
  name: string;
  digest: string;
  context: string;
}

/** A file or folder among a run's artifacts. */
export interface Artifact {
  /** Relative to the run, such as `model/model.onnx`. */
  path: string;
  kind: 'file' | 'folder';
  bytes: number;
  /** sha256 of a file. */
  digest: string | null;
  createdAt: number;
}
