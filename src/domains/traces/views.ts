import { z } from 'zod';
import { isoTime } from '../../kernel/clock.ts';
import { withIsoTimes } from '../../kernel/iso-fields.ts';
import {
  type Assessment,
  assessmentKinds,
  assessmentSources,
  spanStatuses,
  type Trace,
  traceStates,
} from './schema.ts';
import type { Attributes, Span } from './span.ts';

const time = z.iso.datetime();
const texts = z.record(z.string(), z.string());
const anyValue = z.custom<unknown>(() => true).meta({});
const attributes = z.record(z.string(), anyValue);

/** An assessment as the API shows it. */
export const assessmentView = z
  .object({
    id: z.string(),
    traceId: z.string(),
    kind: z.enum(assessmentKinds),
    name: z.string(),
    value: anyValue,
    error: z.object({ code: z.string(), message: z.string().optional(), stackTrace: z.string().optional() }).nullable(),
    source: z.object({ kind: z.enum(assessmentSources), id: z.string() }),
    spanId: z.string().nullable(),
    runId: z.string().nullable(),
    rationale: z.string().nullable(),
    metadata: texts,
    overrides: z.string().nullable().describe('The assessment that this one replaces.'),
    isValid: z.boolean().describe('False once another assessment overrides it.'),
    createdAt: time,
    updatedAt: time,
  })
  .meta({ id: 'Assessment' });

/** A trace as the API shows it. */
export const traceView = z
  .object({
    id: z.string(),
    experimentId: z.string(),
    name: z.string().nullable(),
    requestedAt: time,
    durationMs: z.number().nullable(),
    state: z.enum(traceStates),
    clientRequestId: z.string().nullable(),
    requestPreview: z.string().nullable(),
    responsePreview: z.string().nullable(),
    spans: z.number().int().describe('How many spans are stored.'),
    tags: texts,
    metadata: texts,
    runIds: z.array(z.string()),
    prompts: z.array(z.string()).describe('The prompts it used, as `name/version`.'),
    assessments: z.array(assessmentView),
  })
  .meta({ id: 'Trace' });

const ns = z.string().describe('Nanoseconds since 1970, as text because they exceed what a double holds.');

/** A span as the API shows it. */
export const spanView = z
  .object({
    id: z.string(),
    parentId: z.string().nullable(),
    name: z.string(),
    type: z.string(),
    status: z.enum(spanStatuses),
    statusMessage: z.string(),
    startedAt: time,
    durationMs: z.number().nullable(),
    startNs: ns,
    endNs: ns.nullable(),
    attributes,
    events: z.array(z.object({ name: z.string(), atNs: ns, attributes })),
    links: z.array(z.object({ traceId: z.string(), spanId: z.string(), attributes })),
  })
  .meta({ id: 'Span' });

/** A trace with its spans as the API shows it. */
export const traceDetailsView = traceView.extend({ spanList: z.array(spanView) }).meta({ id: 'TraceDetails' });

/** Shows an assessment. */
export function showAssessment(assessment: Assessment): z.input<typeof assessmentView> {
  return withIsoTimes(assessment, 'createdAt', 'updatedAt') as z.input<typeof assessmentView>;
}

/** Shows a trace. */
export function showTrace(trace: Trace): z.input<typeof traceView> {
  return { ...trace, requestedAt: isoTime(trace.requestedAt), assessments: trace.assessments.map(showAssessment) };
}

/** Shows a span. */
export function showSpan(span: Span): z.input<typeof spanView> {
  const { startNs, endNs, events, ...rest } = span;
  return {
    ...rest,
    startedAt: isoTime(Number(startNs / 1_000_000n)),
    durationMs: endNs === null ? null : Number(endNs - startNs) / 1e6,
    startNs: String(startNs),
    endNs: endNs === null ? null : String(endNs),
    events: events.map(({ atNs, ...event }) => ({ ...event, atNs: String(atNs) })) satisfies {
      name: string;
      atNs: string;
      attributes: Attributes;
    }[],
  };
}
