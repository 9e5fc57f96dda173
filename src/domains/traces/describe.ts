import { notFound } from '../../kernel/errors.ts';
import { newId } from '../../kernel/ids.ts';
import { parseAs } from '../../kernel/parse.ts';
import { openExperiment, type TracesDeps, traceOf } from './deps.ts';
import { readTraces } from './read.ts';
import { type NewTrace, newTraceSchema, type Trace, type TraceEnd, traceEndSchema } from './schema.ts';
import { createTracesStore } from './store.ts';
import type { TraceRow } from './trace-store.ts';

/** Takes what a client says of a trace as a whole; it outweighs what spans told before, and is merged when said again. */
export async function describeTrace(deps: TracesDeps, given: NewTrace): Promise<Trace> {
  const said = parseAs(newTraceSchema, given);
  const { id: experimentId } = await openExperiment(deps, said.experiment);
  const { id } = said;
  const { database, clock } = deps;
  await database.transaction(async (tx) => {
    await database.lock(tx, `trace:${id}`);
    const { traces, assessments } = createTracesStore(tx);
    const before = await traces.find(id);
    const row: TraceRow = {
      id,
      experimentId,
      name: said.name === undefined ? (before?.name ?? null) : said.name,
      requestedAt: said.requestedAt,
      durationMs: said.durationMs,
      state: said.state,
      clientRequestId: said.clientRequestId,
      requestPreview: said.requestPreview ?? before?.requestPreview ?? null,
      responsePreview: said.responsePreview ?? before?.responsePreview ?? null,
      spans: before?.spans ?? 0,
      isDescribed: true,
    };
    await traces.put(row);
    await traces.putPairs('tag', id, { values: said.tags, replace: true });
    await traces.putPairs('metadata', id, { values: said.metadata, replace: true });
    await traces.link(
      'run',
      said.runIds.map((target) => ({ traceId: id, target })),
    );
    const now = clock.now();
    for (const one of said.assessments) {
      const { createdAt = now, updatedAt = createdAt } = one;
      const made = { ...one, id: one.id ?? `a-${newId(now).replaceAll('-', '')}`, createdAt, updatedAt };
      await assessments.put({ ...made, traceId: id, isValid: true });
    }
  });
  return (await readTraces(database.query, [id]))[0] ?? notFound('trace', id);
}

/** Ends a trace that was begun before: its duration, its state, more tags and metadata. */
export async function endTrace({ database }: TracesDeps, id: string, given: TraceEnd): Promise<Trace> {
  const said = parseAs(traceEndSchema, given);
  await database.transaction(async (tx) => {
    await database.lock(tx, `trace:${id}`);
    const { traces } = createTracesStore(tx);
    const before = await traceOf(tx, id);
    const durationMs = Math.max(0, said.endedAt - before.requestedAt);
    const name = said.name === undefined ? before.name : said.name;
    await traces.put({ ...before, name, durationMs, state: said.state, isDescribed: true });
    await traces.putPairs('tag', id, { values: said.tags, replace: true });
    await traces.putPairs('metadata', id, { values: said.metadata, replace: true });
  });
  return (await readTraces(database.query, [id]))[0] ?? notFound('trace', id);
}
