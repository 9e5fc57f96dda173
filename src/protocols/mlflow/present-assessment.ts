import { z } from 'zod';
import type { Assessment, NewAssessment } from '../../domains/traces/index.ts';
import { isoTime } from '../../kernel/clock.ts';
import { type JsonValue, parseJson, stringifyJson } from '../../kernel/json.ts';
import { refuse } from './errors.ts';
import { flag, requiredText, text } from './fields.ts';
import { readTime } from './trace-times.ts';

const sources = { unspecified: 'SOURCE_TYPE_UNSPECIFIED', human: 'HUMAN', judge: 'LLM_JUDGE', code: 'CODE' } as const;
const kindsOfSources: Record<string, keyof typeof sources> = {
  HUMAN: 'human',
  LLM_JUDGE: 'judge',
  AI_JUDGE: 'judge',
  CODE: 'code',
};
const jsonFormat = 'JSON_FORMAT';
const runKey = 'mlflow.assessment.sourceRunId';

/** An assessment as clients send it; what a feedback or expectation holds is read apart. */
export const wireAssessment = z.object({
  assessment_id: text(),
  assessment_name: text(),
  source: z.object({ source_type: text(), source_id: text() }).optional(),
  create_time: text(),
  last_update_time: text(),
  span_id: text(),
  rationale: text(),
  feedback: z
    .looseObject({ error: z.object({ error_code: text(), error_message: text(), stack_trace: text() }).optional() })
    .optional(),
  expectation: z
    .looseObject({ serialized_value: z.object({ serialization_format: text(), value: requiredText() }).optional() })
    .optional(),
  issue: z.object({ issue_name: text() }).optional(),
  metadata: z.record(z.string(), z.string()).optional(),
  overrides: text(),
  valid: flag(),
});
/** An assessment as clients send it. */
export type WireAssessment = z.output<typeof wireAssessment>;

/** What an assessment says, in the words of the domain; nothing where it holds no value. */
export function readContent(wire: WireAssessment): Pick<NewAssessment, 'kind' | 'value' | 'error'> | undefined {
  const { feedback, expectation, issue } = wire;
  if (feedback) {
    const { error } = feedback;
    const read = error && {
      code: error.error_code ?? '',
      ...(error.error_message !== undefined && { message: error.error_message }),
      ...(error.stack_trace !== undefined && { stackTrace: error.stack_trace }),
    };
    return { kind: 'feedback', value: feedback['value'] ?? null, error: read ?? null };
  }
  if (expectation) return { kind: 'expectation', value: expectedValue(expectation) };
  return issue && { kind: 'issue', value: issue.issue_name ?? '' };
}

function expectedValue(expectation: NonNullable<WireAssessment['expectation']>): JsonValue {
  const serialized = expectation.serialized_value;
  if (!serialized) return (expectation['value'] ?? null) as JsonValue;
  const { serialization_format: format = '' } = serialized;
  if (format !== jsonFormat) {
    refuse('INVALID_PARAMETER_VALUE', `Unknown serialization format: ${format}. Only JSON_FORMAT is supported.`);
  }
  return parseJson(serialized.value);
}

/** An assessment about to be made, in the words of the domain. */
export function readAssessment(wire: WireAssessment): NewAssessment {
  const content = readContent(wire);
  if (!content) return refuse('INVALID_PARAMETER_VALUE', 'Unknown assessment type: None');
  if (!wire.assessment_name) {
    return refuse('INVALID_PARAMETER_VALUE', "Missing value for required parameter 'assessment.assessment_name'.");
  }
  const { metadata = {}, source } = wire;
  const createdAt = readTime(wire.create_time);
  const updatedAt = readTime(wire.last_update_time);
  return {
    ...content,
    name: wire.assessment_name,
    source: { kind: kindsOfSources[source?.source_type ?? ''] ?? 'unspecified', id: source?.source_id ?? '' },
    spanId: wire.span_id || null,
    runId: metadata[runKey] ?? null,
    rationale: wire.rationale || null,
    metadata,
    overrides: wire.overrides || null,
    ...(wire.assessment_id && { id: wire.assessment_id }),
    ...(createdAt !== undefined && { createdAt }),
    ...(updatedAt !== undefined && { updatedAt }),
  };
}

/** An assessment as clients read it. */
export function presentAssessment(assessment: Assessment) {
  const { rationale, overrides, spanId, metadata } = assessment;
  return {
    assessment_id: assessment.id,
    assessment_name: assessment.name,
    trace_id: assessment.traceId,
    ...(spanId !== null && { span_id: spanId }),
    source: { source_type: sources[assessment.source.kind], source_id: assessment.source.id },
    create_time: isoTime(assessment.createdAt),
    last_update_time: isoTime(assessment.updatedAt),
    ...presentContent(assessment),
    ...(rationale !== null && { rationale }),
    ...(Object.keys(metadata).length > 0 && { metadata }),
    ...(overrides !== null && { overrides }),
    valid: assessment.isValid,
  };
}

function presentContent({ kind, value, error }: Assessment): Record<string, unknown> {
  if (kind === 'issue') return { issue: { issue_name: String(value) } };
  if (kind === 'feedback') {
    const shown = error && {
      error_code: error.code,
      ...(error.message !== undefined && { error_message: error.message }),
      ...(error.stackTrace !== undefined && { stack_trace: error.stackTrace }),
    };
    return { feedback: { value: value ?? null, ...(shown && { error: shown }) } };
  }
  if (value === null || typeof value !== 'object') return { expectation: { value: value ?? null } };
  return { expectation: { serialized_value: { serialization_format: jsonFormat, value: stringifyJson(value) } } };
}
