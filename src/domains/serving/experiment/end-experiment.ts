import type { Queries } from '../../../database/database.ts';
import type { Actor } from '../../../kernel/actor.ts';
import { fail, notFound } from '../../../kernel/errors.ts';
import type { ServingDeps } from '../deps.ts';
import { deployed, saveEndpoint, variantsOf } from '../endpoints.ts';
import { createEndpointStore } from '../store.ts';
import { endedRouting } from './experiment-routing.ts';
import type { ExperimentDecision } from './experiment-schema.ts';
import { createExperimentStore, createPartStore, type StoredExperiment } from './experiment-store.ts';
import { subjectOf, summaryOf } from './experiment-view.ts';
import { guardKey } from './guard-arms.ts';
import type { Progress } from './progress.ts';
import type { ExperimentReport } from './report-schema.ts';

/** What one look saw. */
export interface Look {
  at: number;
  report: ExperimentReport;
  progress: Progress;
}

/** How an experiment ends. */
export interface Ending {
  state: 'stopped' | 'ended';
  decision: ExperimentDecision;
  reason: string;
  /** Who ends it; whom it acts for unless said. */
  by?: Actor | undefined;
  /** The arm that shall be given the alias. */
  promote?: string | undefined;
}

/**
 * Ends an experiment in one commit with its last report, its events, the alias of a promoted arm, and the routing as it is
 * declared. The registry's gate may refuse the promotion: then nothing has happened.
 */
export async function endExperiment(
  deps: ServingDeps,
  { stored, look }: { stored: StoredExperiment; look: Look },
  ending: Ending,
): Promise<void> {
  const endpoint = await deps.database.transaction(async (tx) => {
    const before = (await createEndpointStore(tx).find(stored.endpoint)) ?? notFound('endpoint', stored.endpoint);
    const actor = ending.by ?? stored.actor;
    const arm = stored.arms.find((one) => one.name === ending.promote);
    const promoted = arm !== undefined && arm !== stored.arms[0];
    if (promoted) {
      const reason = `Experiment ${stored.id}: ${ending.reason}`;
      const { alias } = before.spec;
      await deps.registry.promotions.setAlias(actor, { model: stored.model, alias, version: arm.version, reason });
    }
    const decision = { ...ending.decision, promoted, winner: ending.promote ?? ending.decision.winner };
    await replace(deps, tx, { before: stored, next: ended(stored, look, { ...ending, decision }) });
    await createPartStore(tx).remove(stored.id);
    const { verdict, winner } = decision;
    const data = { ...summaryOf(stored), state: ending.state, verdict, winner, promoted, reason: ending.reason };
    await deps.ledger.append(tx, { type: 'endpoint-experiment.ended', actor, subject: subjectOf(stored), data });
    const routing = endedRouting(before.routing, await variantsOf(deps, before.spec));
    const saved = await saveEndpoint(deps, tx, { before, routing, experimentId: null });
    if (routing.variants[0]?.version !== before.routing.variants[0]?.version) {
      await deployed(deps, tx, { actor, stored: saved, before });
    }
    return saved;
  });
  await deps.table.put(endpoint);
}

function ended(stored: StoredExperiment, look: Look, { state, decision, reason }: Ending): StoredExperiment {
  const { at, progress } = look;
  const report: ExperimentReport = { ...look.report, state, decision };
  return { ...stored, state, decision, reason, report, progress, lookedAt: at, endedAt: at };
}

/** Writes an experiment that nobody changed since it was read, with the guards that tripped since; `conflict` otherwise. */
export async function replace(
  deps: Pick<ServingDeps, 'ledger'>,
  tx: Queries,
  { before, next }: { before: StoredExperiment; next: StoredExperiment },
): Promise<void> {
  if (!(await createExperimentStore(tx).update(next))) {
    fail('conflict', `Experiment ${next.id} changed meanwhile; look again.`, { value: next.id });
  }
  const { actor, progress } = before;
  for (const guard of next.report?.guards ?? []) {
    if (guard.verdict !== 'tripped' || progress.tripped[guardKey(guard)] !== undefined) continue;
    const { metric, arm, limit, value, control, message } = guard;
    const data = { ...summaryOf(next), metric, arm, limit, value, control, message };
    await deps.ledger.append(tx, { type: 'endpoint-experiment.guard-tripped', actor, subject: subjectOf(next), data });
  }
}
