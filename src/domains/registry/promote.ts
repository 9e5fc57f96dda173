import type { Queries } from '../../database/database.ts';
import type { Actor } from '../../kernel/actor.ts';
import { fail, messageOf } from '../../kernel/errors.ts';
import { parseAs } from '../../kernel/parse.ts';
import {
  lockModel,
  modelOf,
  type RegistryDeps,
  refuseDeleted,
  subjectOfModel,
  subjectOfVersion,
  versionOf,
} from './deps.ts';
import type { PromotionRequest, Verdict } from './ports.ts';
import type { Decision } from './promotion-store.ts';
import type { PromotionOptions } from './registry.ts';
import {
  aliasSchema,
  type ModelVersion,
  type PromotionTarget,
  reasonSchema,
  type Stage,
  stageSchema,
} from './schema.ts';
import { createRegistryStore } from './store.ts';

/** What became of a promotion; no verdict where the gate was not asked. */
export interface Promoted {
  version: ModelVersion;
  verdict: Verdict | null;
}

interface Move {
  model: string;
  version: number;
  target: PromotionTarget;
  archiveOthers?: boolean | undefined;
}

const attempts = 3;

/** Points an alias to a version once the gate has said yes. */
export async function setAlias(
  deps: RegistryDeps,
  actor: Actor,
  { alias, ...move }: { model: string; alias: string; version: number } & PromotionOptions,
): Promise<Promoted> {
  return promote(deps, actor, { ...move, target: { kind: 'alias', name: parseAs(aliasSchema, alias) } });
}

/** Moves a version to a stage once the gate has said yes. */
export async function setStage(
  deps: RegistryDeps,
  actor: Actor,
  { stage, ...move }: { model: string; version: number; stage: Stage; archiveOthers?: boolean } & PromotionOptions,
): Promise<Promoted> {
  return promote(deps, actor, { ...move, target: { kind: 'stage', name: parseAs(stageSchema, stage) } });
}

/** The gate judged against what the target was then; when that moved meanwhile, it is asked again. */
async function promote(deps: RegistryDeps, actor: Actor, move: Move & PromotionOptions): Promise<Promoted> {
  const reason = parseAs(reasonSchema, move.reason ?? '');
  const bypassed = move.bypass === true;
  if (bypassed && reason.trim() === '') {
    fail('invalid_input', 'Going past the gate needs a reason.', { field: 'reason', cure: 'Say why in `reason`.' });
  }
  for (let attempt = 0; attempt < attempts; attempt++) {
    const version = refuseDeleted(await versionOf(deps.database.query, move.model, move.version));
    const current = await currentOf(deps.database.query, version, move.target);
    if (isThere(version, current, move.target)) return { version, verdict: null };
    const request = { model: version.model, version, target: move.target, actor, current };
    const verdict = bypassed ? null : await ask(deps, request);
    if (verdict && verdict.outcome !== 'unguarded') refuseUnknownContent(version);
    const decision = { reason, bypassed, verdictId: verdict?.id ?? null };
    const after = await deps.database.transaction((tx) => apply(deps, actor, { tx, move, current, decision }));
    if (after) return { version: after, verdict };
  }
  const { kind, name } = move.target;
  return fail('conflict', `Others are moving the ${kind} '${name}' of '${move.model}' at the same time; try again.`);
}

/** What a gate let through must be what is used: a version whose files are still to come could become anything. */
function refuseUnknownContent({ model, number, content }: ModelVersion): void {
  if (content !== 'awaited') return;
  const cure = 'Put its files where they were said to be; they are taken with the first download or promotion.';
  fail('conflict', `Version ${number} of '${model}' has no files yet, and a gate guards this. ${cure}`, { cure });
}

async function currentOf(queries: Queries, version: ModelVersion, target: PromotionTarget): Promise<number | null> {
  const store = createRegistryStore(queries);
  if (target.kind === 'alias') return store.promotions.alias((await modelOf(queries, version.model)).id, target.name);
  const others = await store.versions.list({ model: version.model, stage: target.name, limit: 2 });
  return others.find((one) => one.number !== version.number)?.number ?? null;
}

function isThere(version: ModelVersion, current: number | null, target: PromotionTarget): boolean {
  return target.kind === 'alias' ? current === version.number : version.stage === target.name;
}

/** Asks the gate; anything but a clear yes is a failure. */
async function ask({ gate }: RegistryDeps, request: PromotionRequest): Promise<Verdict> {
  const verdict = await gate
    .check(request)
    .catch((cause: unknown) =>
      fail('gate_failed', `The gate could not be asked, so the promotion is refused: ${messageOf(cause)}`, { cause }),
    );
  const what = `Version ${request.version.number} of '${request.model}' may not become '${request.target.name}'`;
  if (verdict.outcome === 'passed' || verdict.outcome === 'unguarded') return verdict;
  if (verdict.outcome === 'approval-missing') {
    const missing = verdict.approvals.filter((one) => one.granted < one.required || one.reason !== null);
    const why = missing.map(
      (one) => `gate '${one.gate}' has ${one.granted} of ${one.required}${one.reason ? ` (${one.reason})` : ''}`,
    );
    return fail('approval_missing', `${what}: approvals are missing: ${why.join('; ')}.`, {
      verdict,
      cure: 'Request approval, and promote once it is given.',
    });
  }
  const failed = verdict.rules.filter((rule) => rule.outcome !== 'passed' && rule.severity === 'block');
  const why = failed.map((rule) => `${rule.gate}/${rule.rule}: ${rule.reason ?? rule.message}`);
  return fail('gate_failed', `${what}: ${why.length ? why.join('; ') : 'the gate refused'}.`, { verdict });
}

interface Application {
  tx: Queries;
  move: Move;
  current: number | null;
  decision: Pick<Decision, 'reason' | 'bypassed' | 'verdictId'>;
}

/** Makes the move unless what it was judged against has changed; then nothing happens and nothing is given. */
async function apply(
  deps: RegistryDeps,
  actor: Actor,
  { tx, move, current, decision }: Application,
): Promise<ModelVersion | undefined> {
  const model = await lockModel(deps.database, tx, move.model);
  const version = refuseDeleted(await versionOf(tx, move.model, move.version));
  if ((await currentOf(tx, version, move.target)) !== current) return undefined;
  const full: Decision = { ...decision, at: deps.clock.now(), actorId: actor.id, actorName: actor.name };
  if (move.target.kind === 'alias') {
    await writeAlias(deps, actor, { tx, model, alias: move.target.name, from: current, version, decision: full });
  } else {
    if (move.archiveOthers) await archiveOthers(deps, actor, { tx, version, stage: move.target.name, decision: full });
    await writeStage(deps, actor, { tx, version, to: move.target.name, decision: full });
  }
  if (decision.bypassed) {
    const data = { model: model.name, version: version.number, target: move.target, reason: decision.reason };
    await deps.ledger.append(tx, { type: 'gate.bypassed', actor, subject: subjectOfVersion(version), data });
  }
  return versionOf(tx, move.model, move.version);
}

/** A move of an alias that was decided. */
export interface AliasWrite {
  tx: Queries;
  model: { id: string; name: string };
  alias: string;
  from: number | null;
  version: ModelVersion | null;
  decision: Decision;
}

/** Moves an alias and tells the ledger; the model is held. */
export async function writeAlias({ ledger }: RegistryDeps, actor: Actor, write: AliasWrite): Promise<void> {
  const { tx, model, alias, from, version, decision } = write;
  const to = version?.number ?? null;
  await createRegistryStore(tx).promotions.moveAlias({ modelId: model.id, alias }, { from, to }, decision);
  const { reason, bypassed, verdictId } = decision;
  const data = { model: model.name, alias, from, to, versionId: version?.id ?? null, reason, bypassed, verdictId };
  await ledger.append(tx, { type: 'model-alias.moved', actor, subject: subjectOfModel(model), data });
}

/** A change of stage that was decided. */
export interface StageWrite {
  tx: Queries;
  version: ModelVersion;
  to: Stage;
  decision: Decision;
}

/** Changes a stage and tells the ledger; the model is held. */
export async function writeStage(
  { ledger }: RegistryDeps,
  actor: Actor,
  { tx, version, to, decision }: StageWrite,
): Promise<void> {
  const from = version.stage;
  await createRegistryStore(tx).promotions.changeStage(version.id, { from, to }, decision);
  const { reason, bypassed, verdictId } = decision;
  const data = { model: version.model, version: version.number, from, to, reason, bypassed, verdictId };
  await ledger.append(tx, { type: 'model-stage.changed', actor, subject: subjectOfVersion(version), data });
}

async function archiveOthers(
  deps: RegistryDeps,
  actor: Actor,
  { tx, version, stage, decision }: { tx: Queries; version: ModelVersion; stage: Stage; decision: Decision },
): Promise<void> {
  const holders = await createRegistryStore(tx).versions.list({ model: version.model, stage, limit: 1000 });
  for (const other of holders) {
    if (other.id === version.id) continue;
    const replaced = { ...decision, reason: `Replaced by version ${version.number}. ${decision.reason}`.trim() };
    await writeStage(deps, actor, { tx, version: other, to: 'archived', decision: replaced });
  }
}

/** Removes an alias; that takes a version out of use, so no gate is asked. */
export async function removeAlias(
  deps: RegistryDeps,
  actor: Actor,
  { model: name, alias, reason = '' }: { model: string; alias: string; reason?: string | undefined },
): Promise<void> {
  const { database, clock } = deps;
  const why = parseAs(reasonSchema, reason);
  await database.transaction(async (tx) => {
    const model = await lockModel(database, tx, name);
    const from = await createRegistryStore(tx).promotions.alias(model.id, alias);
    if (from === null) fail('not_found', `Model '${name}' has no alias '${alias}'.`, { field: 'alias', value: alias });
    const who = { at: clock.now(), actorId: actor.id, actorName: actor.name };
    const decision = { ...who, reason: why, bypassed: false, verdictId: null };
    await writeAlias(deps, actor, { tx, model, alias, from, version: null, decision });
  });
}

/** What the gate says to a promotion, without making it. */
export async function checkPromotion(
  { database, gate }: RegistryDeps,
  actor: Actor,
  { model, version: number, target }: { model: string; version: number; target: PromotionTarget },
): Promise<Verdict> {
  const version = refuseDeleted(await versionOf(database.query, model, number));
  const current = await currentOf(database.query, version, target);
  return gate.check({ model: version.model, version, target, actor, current, preview: true });
}
