import { z } from 'zod';
import type { Route } from '../../http/route.ts';
import { assessmentRoutes } from './assessments.ts';
import { endpoint } from './endpoint.ts';
import { flag, int64, list, requiredText, text } from './fields.ts';
import { olderTraceRoutes } from './older-traces.ts';
import { otlpRoutes } from './otlp.ts';
import { readAssessment, wireAssessment } from './present-assessment.ts';
import { presentTrace, presentTraceInfo, readState } from './present-trace.ts';
import { readTags, runsIn, traceChangeRoutes, traceLinkRoutes } from './trace-changes.ts';
import { traceCorrelationRoutes } from './trace-correlation.ts';
import { locate, locateOne, search, type TraceServices, wholeTrace, withSpans } from './trace-reading.ts';
import { readDuration, readTime } from './trace-times.ts';

const read = { permission: 'traces.read', version: '3.0' } as const;
const write = { permission: 'traces.write', version: '3.0' } as const;
const base = '/mlflow/traces';
const maxBatch = 1000;

const location = z.object({ mlflow_experiment: z.object({ experiment_id: requiredText() }).optional() });
const traceInfo = z.object({
  trace_id: requiredText(),
  client_request_id: text(),
  trace_location: location.extend({ mlflow_experiment: z.object({ experiment_id: requiredText() }) }),
  request_preview: text(),
  response_preview: text(),
  request_time: text(),
  execution_duration: text(),
  state: text(),
  trace_metadata: z.record(z.string(), z.string()).default({}),
  tags: z.record(z.string(), z.string()).default({}),
  assessments: z.array(wireAssessment).default([]),
});
const ids = { trace_ids: list(z.string()), experiment_ids: list(z.string()) };

/** The routes of traces, in both versions of the API, and where OpenTelemetry sends spans. */
export function traceRoutes(services: TraceServices): Route[] {
  return [
    ...describeRoutes(services),
    ...batchRoutes(services),
    ...traceChangeRoutes(services),
    ...traceLinkRoutes(services),
    ...traceCorrelationRoutes(services),
    ...assessmentRoutes(services),
    ...olderTraceRoutes(services),
    ...otlpRoutes(services),
  ];
}

function describeRoutes(services: TraceServices): Route[] {
  return [
    ...endpoint({
      ...{ ...write, method: 'POST', path: base, summary: 'Takes what a client says of a trace.' },
      input: z.object({ trace: z.object({ trace_info: traceInfo }) }),
      handle: async ({ input }) => ({ trace: { trace_info: await describe(services, input.trace.trace_info) } }),
    }),
    ...endpoint({
      ...{ ...read, method: 'GET', path: `${base}/:trace_id`, summary: 'Shows a trace without its spans.' },
      input: z.object({ trace_id: requiredText() }),
      handle: async ({ input }) => {
        const { trace, experiment } = await locateOne(services, input.trace_id);
        return { trace: { trace_info: presentTraceInfo(trace, experiment) } };
      },
    }),
    ...endpoint({
      ...{ ...read, method: 'GET', path: `${base}/get`, summary: 'Shows a trace with its spans.' },
      input: z.object({ trace_id: requiredText(), allow_partial: flag() }),
      handle: async ({ input }) => {
        const { trace, experiment, spans } = await wholeTrace(services, input.trace_id, {
          partial: input.allow_partial,
        });
        return { trace: presentTrace(trace, experiment, spans) };
      },
    }),
    ...endpoint({
      ...{ ...read, method: 'POST', path: `${base}/search`, summary: 'Finds traces.' },
      input: z.object({
        locations: list(location),
        filter: text(),
        max_results: int64(),
        order_by: list(z.string()),
        page_token: text(),
      }),
      handle: async ({ input: { locations = [], ...asked } }) => {
        const experimentIds = locations.flatMap(({ mlflow_experiment: one }) => one?.experiment_id ?? []);
        const { items, nextPageToken } = await search(services, { ...asked, experimentIds });
        const traces = items.map(({ trace, experiment }) => presentTraceInfo(trace, experiment));
        return { ...(traces.length > 0 && { traces }), ...(nextPageToken && { next_page_token: nextPageToken }) };
      },
    }),
  ];
}

async function describe(services: TraceServices, info: z.output<typeof traceInfo>) {
  const { tags, name } = readTags(info.tags);
  const trace = await services.traces.describe({
    id: info.trace_id,
    experiment: info.trace_location.mlflow_experiment.experiment_id,
    ...(name !== undefined && { name }),
    requestedAt: readTime(info.request_time) ?? 0,
    durationMs: readDuration(info.execution_duration) ?? null,
    state: readState(info.state),
    clientRequestId: info.client_request_id ?? null,
    requestPreview: info.request_preview ?? null,
    responsePreview: info.response_preview ?? null,
    runIds: runsIn(info.trace_metadata),
    tags,
    metadata: info.trace_metadata,
    assessments: info.assessments.map(readAssessment),
  });
  const [located] = await locate(services, [trace]);
  return presentTraceInfo(trace, located!.experiment);
}

function batchRoutes(services: TraceServices): Route[] {
  const chosen = ({ trace_ids = [] }: { trace_ids?: string[] | undefined }) => trace_ids.slice(0, maxBatch);
  const isIn = (experiments: string[] | undefined, id: string) => experiments === undefined || experiments.includes(id);
  return [
    ...endpoint({
      ...{ ...read, method: 'GET', path: `${base}/batchGet`, summary: 'Shows traces with their spans.' },
      input: z.object(ids),
      handle: async ({ input }) => {
        const found = await withSpans(services, chosen(input));
        const traces = found.flatMap(({ trace, experiment, spans }) =>
          spans && isIn(input.experiment_ids, trace.experimentId) ? [presentTrace(trace, experiment, spans)] : [],
        );
        return traces.length > 0 ? { traces } : {};
      },
    }),
    ...endpoint({
      ...{ ...read, method: 'POST', path: `${base}/batchGetInfos`, summary: 'Shows traces without their spans.' },
      input: z.object(ids),
      handle: async ({ input }) => {
        const found = await locate(services, await services.traces.find(chosen(input)));
        const infos = found
          .filter(({ trace }) => isIn(input.experiment_ids, trace.experimentId))
          .map(({ trace, experiment }) => presentTraceInfo(trace, experiment));
        return infos.length > 0 ? { trace_infos: infos } : {};
      },
    }),
  ];
}
