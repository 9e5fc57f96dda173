import { z } from 'zod';
import type { AssessmentChange } from '../../domains/traces/index.ts';
import type { Route } from '../../http/route.ts';
import { endpoint } from './endpoint.ts';
import { refuse } from './errors.ts';
import { requiredText } from './fields.ts';
import {
  presentAssessment,
  readAssessment,
  readContent,
  type WireAssessment,
  wireAssessment,
} from './present-assessment.ts';
import { locateOne, type TraceServices } from './trace-reading.ts';

const read = { permission: 'traces.read', version: '3.0' } as const;
const write = { permission: 'traces.write', version: '3.0' } as const;
const base = '/mlflow/traces/:trace_id/assessments';
const trace = z.object({ trace_id: requiredText() });
const place = trace.extend({ assessment_id: requiredText() });
const mask = z.union([
  z.string().transform((text) => text.split(',')),
  z.object({ paths: z.array(z.string()) }).transform(({ paths }) => paths),
]);

/** Feedback on, expectations of, and issues found in traces. */
export function assessmentRoutes(services: TraceServices): Route[] {
  const { assessments } = services.traces;
  return [
    ...endpoint({
      ...{ ...write, method: 'POST', path: base, summary: 'Adds an assessment to a trace.' },
      input: trace.extend({ assessment: wireAssessment }),
      handle: async ({ input, actor }) => {
        const { trace_id: traceId, assessment } = input;
        await locateOne(services, traceId);
        const made = await assessments.create(actor, { ...readAssessment(assessment), traceId });
        return { assessment: presentAssessment(made) };
      },
    }),
    ...endpoint({
      ...{ ...read, method: 'GET', path: `${base}/:assessment_id`, summary: 'Shows an assessment.' },
      input: place,
      handle: async ({ input }) => {
        await known(services, input.trace_id);
        const found = await assessments.get({ traceId: input.trace_id, id: input.assessment_id });
        return { assessment: presentAssessment(found) };
      },
    }),
    ...endpoint({
      ...{ ...write, method: 'PATCH', path: `${base}/:assessment_id`, summary: 'Changes an assessment.' },
      input: place.extend({ assessment: wireAssessment, update_mask: mask }),
      handle: async ({ input, actor }) => {
        await known(services, input.trace_id);
        const change = readChange(input.assessment, input.update_mask);
        const changed = { ...change, traceId: input.trace_id, id: input.assessment_id };
        return { assessment: presentAssessment(await assessments.update(actor, changed)) };
      },
    }),
    ...endpoint({
      ...{ ...write, method: 'DELETE', path: `${base}/:assessment_id`, summary: 'Removes an assessment.' },
      input: place,
      handle: async ({ input, actor }) => {
        await locateOne(services, input.trace_id);
        await assessments.delete(actor, { traceId: input.trace_id, id: input.assessment_id });
      },
    }),
  ];
}

async function known({ traces }: TraceServices, id: string): Promise<void> {
  if ((await traces.find([id])).length === 0) {
    refuse('RESOURCE_DOES_NOT_EXIST', `Trace with request_id '${id}' not found`);
  }
}

/** What to change: the fields that the mask names, in camel case as protobuf's JSON writes them or as they are. */
function readChange(wire: WireAssessment, paths: readonly string[]): AssessmentChange {
  const change: AssessmentChange = {};
  for (const path of paths.map((one) => one.trim().replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`))) {
    if (path === 'assessment_name' && wire.assessment_name !== undefined) change.name = wire.assessment_name;
    else if (path === 'rationale') change.rationale = wire.rationale ?? '';
    else if (path === 'metadata') change.metadata = wire.metadata ?? {};
    else if (path === 'feedback' || path === 'expectation') Object.assign(change, readContent(wire));
  }
  return change;
}
