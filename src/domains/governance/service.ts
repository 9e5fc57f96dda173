import { notFound } from '../../kernel/errors.ts';
import { decodePageToken, toPage } from '../../kernel/page.ts';
import { createApprovals, shown } from './approvals.ts';
import { checkPromotion } from './check-promotion.ts';
import type { GovernanceDeps } from './deps.ts';
import { evaluateGate } from './evaluate-gate.ts';
import { createGates } from './gates.ts';
import { currentOf, gatherEvidence } from './gather-evidence.ts';
import type { Governance, Lineage } from './governance.ts';
import { createGovernanceStore } from './store.ts';

/** Makes governance over the platform's parts. */
export function createGovernance(deps: GovernanceDeps): Governance {
  const store = createGovernanceStore(deps.database.query);
  return {
    gate: { check: (request) => checkPromotion(deps, request) },
    gates: createGates(deps),
    approvals: createApprovals(deps),
    async evidence({ model, version: number, target }) {
      const version = await deps.registry.versions.get(model, number);
      const current = await currentOf(deps, version, target);
      return (await gatherEvidence(deps, { version, target, current })).evidence;
    },
    tryOut: ({ spec, evidence, now = deps.clock.now() }) => evaluateGate(spec, evidence, { name: 'trial', now }),
    verdict: async (id) => (await store.verdict(id)) ?? notFound('verdict', id),
    async verdicts({ limit, pageToken, model, version }) {
      const after = pageToken === undefined ? undefined : String(decodePageToken(pageToken, ['string'])[0]);
      const rows = await store.verdicts({ model, version, after, limit: limit + 1 });
      return toPage(rows, limit, (row) => [row.id]);
    },
    lineageOf: (model, version) => lineageOf(deps, model, version),
  };
}

const maxShown = 200;

async function lineageOf(deps: GovernanceDeps, model: string, number: number): Promise<Lineage> {
  const { registry, tracking, datasetFacts } = deps;
  const version = await registry.versions.get(model, number);
  const store = createGovernanceStore(deps.database.query);
  const { runId, datasets = [] } = version.source;
  const moves = await registry.promotions.aliasHistory({ model, limit: 1000 });
  const approvals = await store.approvals.list({ versionId: version.id, limit: maxShown });
  const known = datasets.map(async (one) => ({ ...(await datasetFacts?.(one).catch(() => undefined)), ...one }));
  return {
    version,
    run: runId === undefined ? null : await tracking.runs.get(runId).catch(() => null),
    datasets: await Promise.all(known),
    verdicts: await store.verdicts({ versionId: version.id, limit: maxShown }),
    approvals: approvals.map(shown),
    aliasMoves: moves.items.filter((move) => move.from === version.number || move.to === version.number),
  };
}
