export type { TracesDeps } from './deps.ts';
export { tracesRoutes } from './routes.ts';
export {
  type Assessment,
  type AssessmentChange,
  assessmentKinds,
  assessmentSources,
  type NewAssessment,
  type NewTrace,
  type SpanStatus,
  type Trace,
  type TraceSearch,
  type TraceState,
  traceIdSchema,
} from './schema.ts';
export { createTraces, type Traces } from './service.ts';
export { type Attributes, attributeText, readExact, type Span, type SpanReport, writeExact } from './span.ts';
export { traceVocabulary } from './vocabulary.ts';
