import { setTimeout } from 'node:timers/promises';
import type { Span, Trace, Traces } from '../../domains/traces/index.ts';
import type { Tracking } from '../../domains/tracking/index.ts';
import { TidemillError } from '../../kernel/errors.ts';
import type { Page } from '../../kernel/page.ts';
import type { Rooted } from './artifact-locations.ts';
import { refuse } from './errors.ts';
import { checkMaxResults } from './fields.ts';
import { readTraceFile } from './trace-file.ts';
import { toTraceFilter } from './trace-filter.ts';
import { traceKeys } from './trace-keys.ts';

/** What the routes of traces ask. */
export interface TraceServices {
  traces: Traces;
  tracking: Tracking;
}

/** A trace and the experiment it belongs to. */
export interface Located {
  trace: Trace;
  experiment: Rooted;
}

/** Traces with their experiments, each of which is read once. */
export async function locate({ tracking }: TraceServices, traces: readonly Trace[]): Promise<Located[]> {
  const experiments = new Map<string, Rooted>();
  for (const { experimentId } of traces) {
    if (!experiments.has(experimentId)) experiments.set(experimentId, await tracking.experiments.get(experimentId));
  }
  return traces.map((trace) => ({ trace, experiment: experiments.get(trace.experimentId)! }));
}

/** A trace with its experiment; one that is not there is refused in the words that clients know. */
export async function locateOne(services: TraceServices, id: string): Promise<Located> {
  const [trace] = await services.traces.find([id]);
  if (!trace) return refuse('RESOURCE_DOES_NOT_EXIST', `Trace with ID '${id}' not found.`);
  return (await locate(services, [trace]))[0]!;
}

/** Traces with their spans, in the order of the ids; those whose spans are not all there yet have none. */
export async function withSpans(
  services: TraceServices,
  ids: readonly string[],
): Promise<(Located & { spans: Span[] | undefined })[]> {
  const located = await locate(services, await services.traces.find(ids));
  const stored = await services.traces.spans(
    located.filter(({ trace }) => trace.spans > 0).map(({ trace }) => trace.id),
  );
  const found: (Located & { spans: Span[] | undefined })[] = [];
  for (const { trace, experiment } of located) {
    let spans = stored.get(trace.id) ?? [];
    if (spans.length === 0) spans = await readTraceFile(services.tracking, trace.id);
    found.push({ trace, experiment, spans: spans.length > 0 && isWhole(trace, spans) ? spans : undefined });
  }
  return found;
}

/** Clients send spans and the trace by different ways, and say with the trace how many spans there are. */
function isWhole({ metadata }: Trace, spans: readonly Span[]): boolean {
  try {
    const { num_spans: expected } = JSON.parse(metadata[traceKeys.size] ?? '{}') as { num_spans?: unknown };
    return typeof expected !== 'number' || spans.length >= expected;
  } catch {
    return true;
  }
}

const waitsMs = [100, 200, 400, 800, 1500];

/** One trace with its spans, for which it waits a little when they are still coming. */
export async function wholeTrace(
  services: TraceServices,
  id: string,
  { partial = false }: { partial?: boolean | undefined },
) {
  for (let attempt = 0; ; attempt++) {
    const [found] = await withSpans(services, [id]);
    if (!found) return refuse('RESOURCE_DOES_NOT_EXIST', `Trace with ID ${id} is not found.`);
    if (found.spans) return { ...found, spans: found.spans };
    if (partial) return { ...found, spans: (await services.traces.spans([id])).get(id) ?? [] };
    const wait = waitsMs[attempt];
    if (wait === undefined) {
      const message = `Trace with ID ${id} is not fully exported yet, please try again later.`;
      return refuse('RESOURCE_DOES_NOT_EXIST', message);
    }
    await setTimeout(wait);
  }
}

/** A search as both versions of the API ask it. */
export interface AskedSearch {
  experimentIds: readonly string[];
  filter?: string | undefined;
  max_results?: number | undefined;
  order_by?: string[] | undefined;
  page_token?: string | undefined;
}

/** Finds traces; experiments that are not there have none. */
export async function search(services: TraceServices, asked: AskedSearch): Promise<Page<Located>> {
  const limit = checkMaxResults(asked.max_results, { fallback: 100, max: 500 });
  const experiments = await existing(services.tracking, asked.experimentIds);
  if (experiments.length === 0) return { items: [] };
  const page = await services.traces.search({
    experiments,
    filter: toTraceFilter(asked.filter ?? ''),
    orderBy: asked.order_by ?? [],
    limit,
    pageToken: asked.page_token || undefined,
  });
  return { ...page, items: await locate(services, page.items) };
}

/** Those of some experiments that are there. */
export async function existing(tracking: Tracking, ids: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const id of new Set(ids)) {
    try {
      found.push((await tracking.experiments.get(id)).id);
    } catch (error) {
      if (!(error instanceof TidemillError) || error.code !== 'not_found') throw error;
    }
  }
  return found;
}
