import type { Queries } from '../../database/database.ts';
import type { Actor } from '../../kernel/actor.ts';
import type { RegistryDeps } from './deps.ts';
import { writeAlias, writeStage } from './promote.ts';
import type { ModelVersion } from './schema.ts';

interface Release {
  tx: Queries;
  model: { id: string; name: string; aliases: Record<string, number> };
  aliases: readonly string[];
  why: string;
}

/** Removes aliases because what they point to goes; that takes versions out of use, so no gate is asked. */
export async function releaseAliases(
  deps: RegistryDeps,
  actor: Actor,
  { tx, model, aliases, why }: Release,
): Promise<void> {
  for (const alias of aliases) {
    const from = model.aliases[alias] ?? null;
    await writeAlias(deps, actor, { tx, model, alias, from, version: null, decision: decisionOf(deps, actor, why) });
  }
}

/** Takes a version out of its stage because it goes: were it ever brought back, it would have to pass the gate again. */
export async function releaseStage(
  deps: RegistryDeps,
  actor: Actor,
  { tx, version, why }: { tx: Queries; version: ModelVersion; why: string },
): Promise<void> {
  if (version.stage === 'none') return;
  await writeStage(deps, actor, { tx, version, to: 'none', decision: decisionOf(deps, actor, why) });
}

function decisionOf({ clock }: RegistryDeps, actor: Actor, reason: string) {
  return { at: clock.now(), actorId: actor.id, actorName: actor.name, reason, bypassed: false, verdictId: null };
}
