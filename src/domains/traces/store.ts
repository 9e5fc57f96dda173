import type { Queries } from '../../database/database.ts';
import { createAssessmentStore } from './assessment-store.ts';
import { createTraceSearchStore } from './search-store.ts';
import { createSpanStore } from './span-store.ts';
import { createTraceStore } from './trace-store.ts';

/** All SQL of traces. */
export function createTracesStore(queries: Queries) {
  return {
    traces: createTraceStore(queries),
    spans: createSpanStore(queries),
    assessments: createAssessmentStore(queries),
    search: createTraceSearchStore(queries),
  };
}
