import { z } from 'zod';
import type { Traces } from '../../domains/traces/index.ts';
import type { Route } from '../../http/route.ts';
import type { Actor } from '../../kernel/actor.ts';
import { endpoint } from './endpoint.ts';
import { refuse } from './errors.ts';
import { int64, list, requiredText, text } from './fields.ts';
import { traceKeys } from './trace-keys.ts';
import { locateOne, type TraceServices } from './trace-reading.ts';

const write = { permission: 'traces.write' } as const;
const base = '/mlflow/traces';

const deletion = z.object({
  experiment_id: requiredText(),
  max_timestamp_millis: int64(),
  max_traces: int64(),
  request_ids: list(z.string()),
});

/** The routes that both versions of the API have: tags, and deletion. */
export function traceChangeRoutes(services: TraceServices): Route[] {
  return (['2.0', '3.0'] as const).flatMap((version) => [
    ...endpoint({
      ...{ ...write, version, method: 'POST', path: `${base}/delete-traces`, summary: 'Deletes traces.' },
      input: deletion,
      handle: async ({ input, actor }) => ({ traces_deleted: await remove(services.traces, actor, input) }),
    }),
    ...endpoint({
      ...{ ...write, version, method: 'PATCH', path: `${base}/:trace_id/tags`, summary: 'Sets a tag of a trace.' },
      input: z.object({ trace_id: requiredText(), key: requiredText(), value: z.string().default('') }),
      handle: ({ input }) => setTag(services, input),
    }),
    ...endpoint({
      ...{ ...write, version, method: 'DELETE', path: `${base}/:trace_id/tags`, summary: 'Removes a tag of a trace.' },
      input: z.object({ trace_id: requiredText(), key: requiredText() }),
      handle: ({ input }) => deleteTag(services, input),
    }),
  ]);
}

async function remove(traces: Traces, actor: Actor, asked: z.output<typeof deletion>): Promise<number> {
  const { request_ids: ids = [], max_timestamp_millis: upTo, max_traces: most } = asked;
  const wrong = (message: string) => refuse('INVALID_PARAMETER_VALUE', message);
  if (ids.length === 0 && upTo === undefined) wrong('Either `max_timestamp_millis` or `trace_ids` must be specified.');
  if (ids.length > 0 && upTo !== undefined) {
    wrong('Only one of `max_timestamp_millis` and `trace_ids` can be specified.');
  }
  if (ids.length > 0 && most !== undefined) wrong("`max_traces` can't be specified if `trace_ids` is specified.");
  if (most !== undefined && most < 1) wrong(`\`max_traces\` must be a positive integer, received ${most}.`);
  const which = ids.length > 0 ? { ids } : { upTo: Math.max(0, upTo!), ...(most !== undefined && { most }) };
  return traces.delete(actor, { experiment: asked.experiment_id, ...which });
}

async function setTag(
  services: TraceServices,
  { trace_id: id, key, value }: { trace_id: string; key: string; value: string },
): Promise<void> {
  checkTag(key, 'set');
  await locateOne(services, id);
  if (key === traceKeys.name) await services.traces.rename(id, value);
  else await services.traces.setTags(id, { [key]: value });
}

async function deleteTag(
  services: TraceServices,
  { trace_id: id, key }: { trace_id: string; key: string },
): Promise<void> {
  checkTag(key, 'deleted');
  const { trace } = await locateOne(services, id);
  if (key !== traceKeys.name) return services.traces.deleteTag(id, key);
  if (trace.name === null) {
    refuse('RESOURCE_DOES_NOT_EXIST', `No trace tag with key '${key}' for trace with ID '${id}'`);
  }
  await services.traces.rename(id, null);
}

function checkTag(key: string, what: string): void {
  if (!traceKeys.refused.has(key as never)) return;
  refuse('INVALID_PARAMETER_VALUE', `Tag '${key}' is immutable and cannot be ${what} on a trace.`);
}

/** The tags that a client sends with a trace, but for the name and those that the server writes itself. */
export function readTags(tags: Record<string, string>): { name?: string; tags: Record<string, string> } {
  const kept = Object.entries(tags).filter(
    ([key]) => key !== traceKeys.name && !traceKeys.system.has(key as never) && key !== '',
  );
  const name = tags[traceKeys.name];
  return { tags: Object.fromEntries(kept), ...(name !== undefined && { name: name.slice(0, 500) }) };
}

/** The runs that a trace's metadata names. */
export function runsIn(metadata: Record<string, string>): string[] {
  const run = metadata[traceKeys.run];
  return run !== undefined && /^[\w-]{1,64}$/.test(run) ? [run] : [];
}

/** Links between traces, runs and prompts. */
export function traceLinkRoutes(services: TraceServices): Route[] {
  const { traces } = services;
  const prompt = z.object({ name: requiredText(), version: z.union([z.string(), z.number()]).transform(String) });
  return [
    ...endpoint({
      ...{ ...write, method: 'POST', path: `${base}/link-to-run`, summary: 'Says that traces belong to a run.' },
      input: z.object({ trace_ids: z.array(z.string()).min(1), run_id: requiredText() }),
      handle: async ({ input: { trace_ids: ids, run_id: runId } }) => {
        if (ids.length > 100) {
          const message = 'Cannot link more than 100 traces to a run in a single request.';
          refuse('INVALID_PARAMETER_VALUE', `${message} Provided ${ids.length} traces.`);
        }
        await traces.linkToRun(runId, ids);
      },
    }),
    ...endpoint({
      ...{ ...write, method: 'POST', path: `${base}/link-prompts`, summary: 'Says which prompts a trace used.' },
      input: z.object({ trace_id: requiredText(), prompt_versions: z.array(prompt).min(1).max(100), location: text() }),
      handle: async ({ input }) => {
        await locateOne(services, input.trace_id);
        const prompts = input.prompt_versions.map(({ name, version }) => `${name}/${version}`);
        await traces.linkPrompts(input.trace_id, prompts);
      },
    }),
  ];
}
