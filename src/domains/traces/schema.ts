import { z } from 'zod';
import { pageQuery } from '../../kernel/page.ts';

/** How a trace stands. */
export const traceStates = ['unspecified', 'in_progress', 'ok', 'error'] as const;
/** How a trace stands. */
export type TraceState = (typeof traceStates)[number];

/** How a span ended. */
export const spanStatuses = ['unset', 'ok', 'error'] as const;
/** How a span ended. */
export type SpanStatus = (typeof spanStatuses)[number];

/** A trace's id as clients make it. */
export const traceIdSchema = z.string().regex(/^[\w-]{1,64}$/, 'must be 1 to 64 letters, digits, _ or -');

/** A text that every database keeps: no NUL, no lone surrogates. */
const clean = (value: string) => (value.includes('\0') ? value.replaceAll('\0', '') : value).toWellFormed();
/** A text of at most so many characters; what is longer is refused. */
const limited = (max: number) => z.string().max(max).transform(clean);
/** A text of at most so many characters; what is longer is cut. */
const cut = (max: number) => z.string().transform((value) => clean(value.length > max ? value.slice(0, max) : value));

const limits = { key: 250, tag: 8000, metadata: 8000, preview: 10_000, keys: 1000 } as const;
const pairs = (maxValue: number) =>
  z
    .record(z.string().min(1).max(limits.key), cut(maxValue))
    .refine((value) => Object.keys(value).length <= limits.keys, `must be at most ${limits.keys} pairs`)
    .transform((value) => Object.fromEntries(Object.entries(value).map(([key, item]) => [clean(key), item])));

/** Tags: texts that may change. */
export const traceTagsSchema = pairs(limits.tag);

const time = z.number().int().min(0).max(8_640_000_000_000_000);

/** Where an assessment comes from. */
export const assessmentSources = ['unspecified', 'human', 'judge', 'code'] as const;
/** What sort of assessment it is. */
export const assessmentKinds = ['feedback', 'expectation', 'issue'] as const;

const anyJson = z.custom<unknown>((value) => value !== undefined);

/** What may be said of an assessment that is made. */
export const newAssessmentSchema = z.object({
  id: z
    .string()
    .regex(/^[\w-]{1,64}$/)
    .optional(),
  kind: z.enum(assessmentKinds),
  name: limited(250).pipe(z.string().min(1)),
  value: anyJson,
  error: z
    .object({ code: cut(250), message: cut(8000).optional(), stackTrace: cut(10_000).optional() })
    .nullable()
    .default(null),
  source: z.object({ kind: z.enum(assessmentSources), id: cut(250).default('') }),
  spanId: limited(50).nullable().default(null),
  runId: limited(64).nullable().default(null),
  rationale: limited(65_536).nullable().default(null),
  metadata: pairs(limits.metadata).default({}),
  overrides: limited(64).nullable().default(null),
  createdAt: time.optional(),
  updatedAt: time.optional(),
});
/** An assessment about to be made. */
export type NewAssessment = z.input<typeof newAssessmentSchema>;

/** What may change of an assessment; metadata is merged. */
export const assessmentChangeSchema = z.object({
  kind: z.enum(assessmentKinds).optional().describe('The kind it must be of, where a value is given.'),
  name: limited(250).pipe(z.string().min(1)).optional(),
  value: anyJson.optional(),
  error: newAssessmentSchema.shape.error.unwrap().optional(),
  rationale: limited(65_536).optional(),
  metadata: pairs(limits.metadata).optional(),
});
/** A change of an assessment. */
export type AssessmentChange = z.input<typeof assessmentChangeSchema>;

/** Feedback on, an expectation of, or an issue found in a trace. */
export type Assessment = Required<z.output<typeof newAssessmentSchema>> & {
  traceId: string;
  /** False once another assessment overrides it. */
  isValid: boolean;
};

/** What a client says of a trace as a whole. */
export const newTraceSchema = z.object({
  id: traceIdSchema,
  experiment: z.string().min(1).max(500),
  name: limited(500).nullable().optional(),
  requestedAt: time,
  durationMs: z.number().int().min(0).max(8_640_000_000_000_000).nullable().default(null),
  state: z.enum(traceStates),
  clientRequestId: limited(250).nullable().default(null),
  requestPreview: cut(limits.preview).nullable().default(null),
  responsePreview: cut(limits.preview).nullable().default(null),
  runIds: z.array(limited(64)).max(10).default([]),
  tags: traceTagsSchema.default({}),
  metadata: pairs(limits.metadata).default({}),
  assessments: z.array(newAssessmentSchema).max(1000).default([]),
});
/** What a client says of a trace as a whole. */
export type NewTrace = z.input<typeof newTraceSchema>;

/** What is added to a trace that began earlier. */
export const traceEndSchema = z.object({
  endedAt: time,
  state: z.enum(traceStates),
  name: limited(500).nullable().optional(),
  tags: traceTagsSchema.default({}),
  metadata: pairs(limits.metadata).default({}),
});
/** What is added to a trace that began earlier. */
export type TraceEnd = z.input<typeof traceEndSchema>;

/** A trace without its spans. */
export interface Trace {
  id: string;
  experimentId: string;
  name: string | null;
  requestedAt: number;
  durationMs: number | null;
  state: TraceState;
  clientRequestId: string | null;
  requestPreview: string | null;
  responsePreview: string | null;
  /** How many spans are stored. */
  spans: number;
  tags: Record<string, string>;
  metadata: Record<string, string>;
  assessments: Assessment[];
  /** The runs it belongs to. */
  runIds: string[];
  /** The prompts it used, as `name/version`. */
  prompts: string[];
}

/** Which traces, in which order. */
export const traceSearchSchema = z
  .object({
    experiments: z.array(z.string().min(1).max(500)).min(1).max(200).describe('Ids or names.'),
    filter: z
      .string()
      .max(20_000)
      .default('')
      .describe("Such as `status = 'ERROR' and span.type = 'LLM' and feedback.quality > 0.5`."),
    orderBy: z
      .array(z.string().min(1).max(300))
      .max(5)
      .default([])
      .describe('Such as `execution_time_ms desc`; newest first unless given. Missing values come last.'),
    ...pageQuery,
    limit: z.coerce.number().int().min(1).max(500).default(100),
  })
  .meta({ id: 'TraceSearch' });
/** Which traces, in which order. */
export type TraceSearch = z.input<typeof traceSearchSchema>;

/** Which traces of an experiment to delete: by id, or those up to a time, the oldest first. */
export const traceDeletionSchema = z.object({
  experiment: z.string().min(1).max(500),
  ids: z.array(traceIdSchema).max(1000).optional(),
  upTo: time.optional(),
  most: z.number().int().min(1).optional(),
});
/** Which traces of an experiment to delete. */
export type TraceDeletion = z.input<typeof traceDeletionSchema>;
