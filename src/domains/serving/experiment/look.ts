import { isoTime } from '../../../kernel/clock.ts';
import { TidemillError } from '../../../kernel/errors.ts';
import type { ServingDeps } from '../deps.ts';
import { saveEndpoint } from '../endpoints.ts';
import { fullWeight } from '../schema.ts';
import { createEndpointStore } from '../store.ts';
import { analyse, bestOf } from './analyse.ts';
import { decide, type Verdict } from './decide.ts';
import { endExperiment, type Look, replace } from './end-experiment.ts';
import { reweighed } from './experiment-routing.ts';
import { createExperimentStore, type StoredExperiment } from './experiment-store.ts';
import { subjectOf, summaryOf } from './experiment-view.ts';
import { floorAfter, weightsOf } from './maths/thompson.ts';
import { readTotals } from './read-totals.ts';
import type { Totals } from './totals.ts';

/** The name of the background task that looks at experiments. */
export const experimentTask = 'serving:experiments';

const shareOfTime = 0.05;
const looksApart = 10;

/**
 * Looks at every experiment under way: keeps its report, sets a bandit's shares, and ends or decides what is ripe. All state
 * is in the database; `nextLooks` only says when each may be looked at again, so that long logs leave the thread to predictions.
 */
export async function lookAtExperiments(
  deps: ServingDeps,
  nextLooks: Map<string, number>,
  signal: AbortSignal,
): Promise<void> {
  const underWay = await createExperimentStore(deps.database.query).underWay();
  const ids = new Set(underWay.map(({ id }) => id));
  for (const id of nextLooks.keys()) if (!ids.has(id)) nextLooks.delete(id);
  const { judgeMs = 500 } = deps;
  for (const stored of underWay) {
    if (signal.aborted) return;
    const startedAt = performance.now();
    if (startedAt < (nextLooks.get(stored.id) ?? 0)) continue;
    const apart = Math.min(looksApart * judgeMs, stored.spec.bandit?.everyMs ?? Number.POSITIVE_INFINITY);
    try {
      await moveOn(deps, stored);
    } catch (error) {
      // Somebody else changed it between our reading and writing: the next turn sees how it is.
      if (!(error instanceof TidemillError) || error.code !== 'conflict') deps.onError(error);
    }
    nextLooks.set(stored.id, startedAt + Math.max(apart, (performance.now() - startedAt) / shareOfTime));
  }
}

/** What an experiment says now, and what it is made of; nothing is written but the parts that were read. */
export async function lookAt(deps: ServingDeps, stored: StoredExperiment): Promise<Look & { totals: Totals }> {
  const at = deps.clock.now();
  const totals = await readTotals(deps, stored, at);
  const { id, endpoint, state, spec, arms, createdAt: startedAt, progress, decision } = stored;
  const isSticky =
    deps.table.find(endpoint)?.spec.stickyKey !== undefined && (spec.bandit?.sticky ?? spec.kind === 'ab');
  const given = { id, endpoint, state, spec, arms, isSticky, startedAt, now: at, totals, progress };
  const analysed = analyse(given);
  return { at, ...analysed, report: { ...analysed.report, ...(decision && { decision }) }, totals };
}

async function moveOn(deps: ServingDeps, stored: StoredExperiment): Promise<void> {
  const look = await lookAt(deps, stored);
  const isTimeUp = look.at - stored.createdAt > stored.spec.maxMs;
  const verdict = decide(stored.spec, look.report, isTimeUp);
  if (verdict?.verdict === 'guard') return stopByGuard(deps, stored, { look, verdict });
  if (stored.state === 'decided' && !isTimeUp) return keep(deps, stored, look);
  if (stored.state === 'decided') {
    const reason = 'The time was up after the decision.';
    return endExperiment(deps, { stored, look }, { state: 'ended', decision: stored.decision!, reason });
  }
  if (!verdict) return keep(deps, stored, look);
  return decided(deps, stored, { look, verdict });
}

interface Ripe {
  look: Look & { totals: Totals };
  verdict: Verdict;
}

async function stopByGuard(deps: ServingDeps, stored: StoredExperiment, { look, verdict }: Ripe): Promise<void> {
  const decision = { at: isoTime(look.at), ...verdict, promoted: false };
  await endExperiment(deps, { stored, look }, { state: 'stopped', decision, reason: verdict.reason });
}

/** Acts on a verdict: tells it, and where that was asked for gives the winner the alias and ends. */
async function decided(deps: ServingDeps, stored: StoredExperiment, { look, verdict }: Ripe): Promise<void> {
  const decision = { at: isoTime(look.at), ...verdict, promoted: false };
  const { winner, reason } = verdict;
  if (verdict.verdict === 'inconclusive') {
    return endExperiment(deps, { stored, look }, { state: 'ended', decision, reason });
  }
  if (stored.spec.onDecision === 'tell') return tellDecision(deps, stored, { look, verdict });
  try {
    await endExperiment(deps, { stored, look }, { state: 'ended', decision, reason, promote: winner ?? undefined });
  } catch (error) {
    const refusals = ['gate_failed', 'approval_missing', 'not_found'];
    if (!(error instanceof TidemillError) || !refusals.includes(error.code)) throw error;
    const refused = `${reason} The promotion was refused: ${error.message}`;
    await tellDecision(deps, stored, { look, verdict: { ...verdict, reason: refused } });
  }
}

/** The arms go on sharing the traffic until somebody ends it. */
async function tellDecision(deps: ServingDeps, stored: StoredExperiment, { look, verdict }: Ripe): Promise<void> {
  const decision = { at: isoTime(look.at), ...verdict, promoted: false };
  await deps.database.transaction(async (tx) => {
    const { at, report, progress } = look;
    const told: StoredExperiment = { ...stored, state: 'decided', decision, progress, lookedAt: at };
    await replace(deps, tx, { before: stored, next: { ...told, report: { ...report, state: 'decided', decision } } });
    const data = { ...summaryOf(stored), ...verdict };
    const { actor } = stored;
    await deps.ledger.append(tx, { type: 'endpoint-experiment.decided', actor, subject: subjectOf(stored), data });
  });
}

/** Keeps a look, and sets a bandit's shares by it when that is due. */
async function keep(deps: ServingDeps, stored: StoredExperiment, look: Look & { totals: Totals }): Promise<void> {
  const weights = newWeights(stored, look);
  const { report } = look;
  const progress = weights ? { ...look.progress, dealtAt: look.at } : look.progress;
  const arms = weights ? stored.arms.map((arm, at) => ({ ...arm, share: weights[at]! / 100 })) : stored.arms;
  const next: StoredExperiment = { ...stored, arms, report, progress, lookedAt: look.at };
  const isSame = arms.every((arm, at) => arm.share === stored.arms[at]!.share);
  const endpoint = await deps.database.transaction(async (tx) => {
    await replace(deps, tx, { before: stored, next });
    const before = isSame ? undefined : await createEndpointStore(tx).find(stored.endpoint);
    if (!before) return undefined;
    const byName = new Map(arms.map((arm, at) => [arm.name, weights![at]!]));
    return saveEndpoint(deps, tx, { before, routing: reweighed(before.routing, byName) });
  });
  if (endpoint) await deps.table.put(endpoint);
}

/** The weights a bandit shall have from now on; undefined while it keeps those it has. */
function newWeights(stored: StoredExperiment, { at, totals }: { at: number; totals: Totals }): number[] | undefined {
  const { spec, frozen, progress } = stored;
  if (spec.kind !== 'bandit' || frozen) return undefined;
  const bandit = spec.bandit ?? { floor: 0.05, everyMs: 10_000 };
  if (at - progress.dealtAt < bandit.everyMs) return undefined;
  const measured = Object.values(totals.arms).reduce((sum, arm) => sum + arm.n, 0);
  // Without a reward there is nothing to follow.
  if (measured === 0) return undefined;
  return weightsOf(bestOf({ id: stored.id, spec, totals }), floorAfter(measured, bandit), fullWeight);
}
