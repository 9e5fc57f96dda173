import { z } from 'zod';
import { type Route, route } from '../../http/route.ts';
import { pageOf } from '../../kernel/page.ts';
import {
  newAssessmentSchema,
  traceDeletionSchema,
  traceIdSchema,
  traceSearchSchema,
  traceTagsSchema,
} from './schema.ts';
import type { Traces } from './service.ts';
import { assessmentView, showAssessment, showSpan, showTrace, traceDetailsView, traceView } from './views.ts';

const base = '/api/v1/traces';
const one = z.object({ id: traceIdSchema });
const read = { permission: 'traces.read' } as const;
const write = { permission: 'traces.write' } as const;

const newAssessment = newAssessmentSchema
  .omit({ id: true, createdAt: true, updatedAt: true })
  .extend({ traceId: traceIdSchema });

/** The API of traces. */
export function tracesRoutes(traces: Traces): Route[] {
  return [
    route({
      ...read,
      method: 'POST',
      path: `${base}/search`,
      summary: 'Finds traces of some experiments, the newest first unless ordered otherwise.',
      input: traceSearchSchema,
      output: pageOf(traceView),
      handle: async ({ input }) => {
        const page = await traces.search(input);
        return { ...page, items: page.items.map(showTrace) };
      },
    }),
    route({
      ...read,
      method: 'GET',
      path: `${base}/:id`,
      summary: 'A trace with its spans.',
      input: one,
      output: traceDetailsView,
      handle: ({ input }) => details(traces, input.id),
    }),
    route({
      ...write,
      method: 'POST',
      path: `${base}/delete`,
      summary: 'Deletes traces of an experiment: by id, or those up to a time, the oldest first.',
      input: traceDeletionSchema,
      output: z.object({ deleted: z.number().int() }),
      handle: async ({ input, actor }) => ({ deleted: await traces.delete(actor, input) }),
    }),
    ...tagRoutes(traces),
    ...assessmentRoutes(traces),
  ];
}

async function details(traces: Traces, id: string): Promise<z.input<typeof traceDetailsView>> {
  const trace = await traces.get(id);
  const spans = (await traces.spans([id])).get(id) ?? [];
  return { ...showTrace(trace), spanList: spans.map(showSpan) };
}

function tagRoutes(traces: Traces): Route[] {
  return [
    route({
      ...write,
      method: 'PATCH',
      path: `${base}/:id/tags`,
      summary: 'Sets tags of a trace.',
      input: one.extend({ tags: traceTagsSchema }),
      handle: async ({ input }) => void (await traces.setTags(input.id, input.tags)) as undefined,
    }),
    route({
      ...write,
      method: 'DELETE',
      path: `${base}/:id/tags/:key`,
      summary: 'Removes a tag of a trace.',
      input: one.extend({ key: z.string().min(1).max(250) }),
      handle: async ({ input }) => void (await traces.deleteTag(input.id, input.key)) as undefined,
    }),
  ];
}

function assessmentRoutes(traces: Traces): Route[] {
  const place = z.object({ traceId: traceIdSchema, id: z.string().min(1).max(64) });
  return [
    route({
      ...write,
      method: 'POST',
      path: `${base}/:traceId/assessments`,
      summary: 'Adds feedback, an expectation or an issue to a trace.',
      status: 201,
      input: newAssessment,
      output: assessmentView,
      handle: async ({ input, actor }) => showAssessment(await traces.assessments.create(actor, input)),
    }),
    route({
      ...read,
      method: 'GET',
      path: `${base}/:traceId/assessments/:id`,
      summary: 'An assessment of a trace.',
      input: place,
      output: assessmentView,
      handle: async ({ input }) => showAssessment(await traces.assessments.get(input)),
    }),
    route({
      ...write,
      method: 'DELETE',
      path: `${base}/:traceId/assessments/:id`,
      summary: 'Removes an assessment; the one it overrode counts again.',
      input: place,
      handle: async ({ input, actor }) => void (await traces.assessments.delete(actor, input)) as undefined,
    }),
  ];
}
