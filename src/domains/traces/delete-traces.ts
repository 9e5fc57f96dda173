import type { Actor } from '../../kernel/actor.ts';
import { fail } from '../../kernel/errors.ts';
import { parseAs } from '../../kernel/parse.ts';
import type { TracesDeps } from './deps.ts';
import { type TraceDeletion, traceDeletionSchema } from './schema.ts';
import { createTracesStore } from './store.ts';

/** As many traces go in one transaction, so that writers are not kept waiting. */
const atOnce = 200;

/** Deletes traces with their spans, assessments and files; gives how many. */
export async function deleteTraces(deps: TracesDeps, actor: Actor, given: TraceDeletion): Promise<number> {
  const { experiment, ids, upTo, most = Number.POSITIVE_INFINITY } = parseAs(traceDeletionSchema, given);
  if (ids === undefined && upTo === undefined) {
    fail('invalid_input', 'Say which traces to delete: ids, or upTo a time.', { field: 'ids' });
  }
  const { id: experimentId, name } = await deps.tracking.experiments.get(experiment);
  const of = { experimentId, ids, upTo };
  let deleted = 0;
  while (deleted < most) {
    const gone = await deps.database.transaction(async (tx) => {
      const { traces } = createTracesStore(tx);
      const some = await traces.toDelete(of, Math.min(atOnce, most - deleted));
      if (some.length === 0) return [];
      for (const id of [...some].sort()) await deps.database.lock(tx, `trace:${id}`);
      await traces.delete(some);
      // Together: files of a trace that is gone could not be found any more to be deleted.
      for (const id of some) await deps.tracking.artifacts.delete(id, '');
      const data = { traces: some.length, upTo: upTo ?? null, ids: some.slice(0, 100) };
      const subject = { kind: 'experiment', id: experimentId, name };
      await deps.ledger.append(tx, { type: 'traces.deleted', actor, subject, data });
      return some;
    });
    deleted += gone.length;
    if (gone.length < atOnce) break;
  }
  return deleted;
}
