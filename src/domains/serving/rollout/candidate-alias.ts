import type { Actor } from '../../../kernel/actor.ts';
import { TidemillError } from '../../../kernel/errors.ts';
import type { ServingDeps } from '../deps.ts';
import type { StoredRollout } from './rollout-store.ts';

type Named = Pick<StoredRollout, 'rollout' | 'candidateAlias'>;

/** Lets the plan's alias name the candidate while the rollout lasts; the registry's gates on that alias are asked. */
export async function setCandidateAlias(deps: ServingDeps, actor: Actor, { rollout, candidateAlias }: Named) {
  if (candidateAlias === null) return;
  const { model, candidate: version, id } = rollout;
  await deps.registry.promotions.setAlias(actor, {
    model,
    alias: candidateAlias,
    version,
    reason: `Rollout ${id} began.`,
  });
}

/** Takes the alias away at the end, unless somebody has pointed it elsewhere. */
export async function removeCandidateAlias(deps: ServingDeps, actor: Actor, { rollout, candidateAlias }: Named) {
  if (candidateAlias === null) return;
  const { model, candidate, id } = rollout;
  const named = await deps.registry.versions.get(model, candidateAlias).catch((error: unknown) => {
    if (error instanceof TidemillError && error.code === 'not_found') return undefined;
    throw error;
  });
  if (named?.number !== candidate) return;
  await deps.registry.promotions.removeAlias(actor, { model, alias: candidateAlias, reason: `Rollout ${id} ended.` });
}
