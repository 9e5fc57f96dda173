import { z } from 'zod';
import type { Route } from '../../http/route.ts';
import { newRunId } from '../../kernel/ids.ts';
import { endpoint } from './endpoint.ts';
import { int64, list, requiredText, text } from './fields.ts';
import { presentOlderTrace, readState } from './present-trace.ts';
import { readTags, runsIn } from './trace-changes.ts';
import { locate, locateOne, search, type TraceServices } from './trace-reading.ts';

const read = { permission: 'traces.read', version: '2.0' } as const;
const write = { permission: 'traces.write', version: '2.0' } as const;
const base = '/mlflow/traces';
const pairs = z.array(z.object({ key: requiredText(), value: z.string().default('') })).default([]);
const recordOf = (list: { key: string; value: string }[]) =>
  Object.fromEntries(list.map(({ key, value }) => [key, value]));

/** The routes of traces as clients before MLflow 3 use them: begun, ended, found. */
export function olderTraceRoutes(services: TraceServices): Route[] {
  return [
    ...endpoint({
      ...{ ...write, method: 'POST', path: base, summary: 'Begins a trace.' },
      input: z.object({ experiment_id: requiredText(), timestamp_ms: int64(), request_metadata: pairs, tags: pairs }),
      handle: async ({ input }) => {
        const metadata = recordOf(input.request_metadata);
        const trace = await services.traces.describe({
          id: `tr-${newRunId()}`,
          experiment: input.experiment_id,
          requestedAt: Math.max(0, input.timestamp_ms ?? 0),
          state: 'in_progress',
          runIds: runsIn(metadata),
          metadata,
          ...readTags(recordOf(input.tags)),
        });
        return present(services, trace.id);
      },
    }),
    ...endpoint({
      ...{ ...write, method: 'PATCH', path: `${base}/:request_id`, summary: 'Ends a trace.' },
      input: z.object({
        request_id: requiredText(),
        timestamp_ms: int64(),
        status: text(),
        request_metadata: pairs,
        tags: pairs,
      }),
      handle: async ({ input }) => {
        await locateOne(services, input.request_id);
        await services.traces.end(input.request_id, {
          endedAt: Math.max(0, input.timestamp_ms ?? 0),
          state: readState(input.status),
          metadata: recordOf(input.request_metadata),
          ...readTags(recordOf(input.tags)),
        });
        return present(services, input.request_id);
      },
    }),
    ...findRoutes(services),
  ];
}

function findRoutes(services: TraceServices): Route[] {
  return [
    ...endpoint({
      ...{ ...read, method: 'GET', path: `${base}/:request_id/info`, summary: 'Shows a trace without its spans.' },
      input: z.object({ request_id: requiredText() }),
      handle: ({ input }) => present(services, input.request_id),
    }),
    ...endpoint({
      ...{ ...read, method: 'GET', path: base, summary: 'Finds traces.' },
      input: z.object({
        experiment_ids: list(z.string()),
        filter: text(),
        max_results: int64(),
        order_by: list(z.string()),
        page_token: text(),
      }),
      handle: async ({ input: { experiment_ids: experimentIds = [], ...asked } }) => {
        const { items, nextPageToken } = await search(services, { ...asked, experimentIds });
        const traces = items.map(({ trace, experiment }) => presentOlderTrace(trace, experiment));
        return { ...(traces.length > 0 && { traces }), ...(nextPageToken && { next_page_token: nextPageToken }) };
      },
    }),
  ];
}

async function present(services: TraceServices, id: string) {
  const [located] = await locate(services, [(await locateOne(services, id)).trace]);
  return { trace_info: presentOlderTrace(located!.trace, located!.experiment) };
}
