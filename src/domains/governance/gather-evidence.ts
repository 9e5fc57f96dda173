import { sha256 } from '../../kernel/hash.ts';
import { stringifyJson } from '../../kernel/json.ts';
import type { ModelVersion, PromotionTarget } from '../registry/index.ts';
import type { GovernanceDeps } from './deps.ts';
import type { Evidence } from './schema.ts';

/** Evidence, and the digest of the part of it that does not move by itself: what an approval holds for. */
export interface Gathered {
  evidence: Evidence;
  digest: string;
}

/** What is asked for: a version, where it shall go, and the version that is there now. */
export interface EvidenceRequest {
  version: ModelVersion;
  target: PromotionTarget;
  current: number | null;
}

/** The version a target points to now: the alias', or the newest other version of the stage. */
export async function currentOf(
  { registry }: GovernanceDeps,
  version: ModelVersion,
  target: PromotionTarget,
): Promise<number | null> {
  if (target.kind === 'alias') return (await registry.models.get(version.model)).aliases[target.name] ?? null;
  const { items } = await registry.versions.list({ model: version.model, stage: target.name, limit: 2 });
  return items.find((one) => one.number !== version.number)?.number ?? null;
}

/** Assembles all that rules may look at. What cannot be had is left out, so that rules that need it fail. */
export async function gatherEvidence(
  deps: GovernanceDeps,
  { version, target, current }: EvidenceRequest,
): Promise<Gathered> {
  const model = await deps.registry.models.get(version.model);
  const champion = current === null ? null : await deps.registry.versions.get(version.model, current);
  const steady = {
    model: { name: model.name, description: model.description, tags: model.tags },
    ...(await aboutVersion(deps, version)),
    target,
    data: await aboutData(deps, version),
    champion: champion && { ...(await aboutVersion(deps, champion)), number: champion.number },
  };
  const [facts, moving] = await gatherFacts(deps, { version, target });
  const evidence = plain({ ...steady, facts: { ...facts, ...moving } }) as Evidence;
  return { evidence, digest: sha256(stringifyJson(sorted(plain({ ...steady, facts })), 'bare')) };
}

async function aboutVersion(deps: GovernanceDeps, version: ModelVersion) {
  const { id, number, digest, format, bytes, signature, source, stage, tags, createdAt, createdBy } = version;
  const documents = await deps.registry.versions.evidence({ model: version.model, version: number });
  return {
    version: { id, number, digest, format, bytes, signature, source, stage, tags, createdAt, createdBy },
    run: await aboutRun(deps, source.runId),
    documents: Object.fromEntries(documents.map((document) => [document.name, document.document])),
  };
}

async function aboutRun({ tracking }: GovernanceDeps, runId: string | undefined) {
  const run = runId === undefined ? undefined : await tracking.runs.get(runId).catch(() => undefined);
  if (!run || run.lifecycle === 'deleted') return null;
  const metrics = Object.fromEntries(Object.values(run.metrics).map((metric) => [metric.key, metric.value]));
  const { id, name, status, user, params, tags, code, startedAt, endedAt } = run;
  return { id, name, status, user, metrics, params, tags, code, startedAt, endedAt };
}

async function aboutData({ datasetFacts }: GovernanceDeps, { source }: ModelVersion) {
  const known = (source.datasets ?? []).map(async (dataset) => {
    const facts = await datasetFacts?.(dataset).catch(() => undefined);
    return { ...facts, ...dataset };
  });
  return Promise.all(known);
}

/** Facts of other domains: those that stay, and those that move by themselves. */
async function gatherFacts(deps: GovernanceDeps, { version, target }: Pick<EvidenceRequest, 'version' | 'target'>) {
  const facts: Record<string, unknown> = {};
  const moving: Record<string, unknown> = {};
  for (const source of deps.sources ?? []) {
    const promotion = { model: version.model, version: version.number, target };
    const said = await source.gather(promotion).catch(() => undefined);
    if (said !== undefined) (source.isVolatile ? moving : facts)[source.name] = said;
  }
  return [facts, moving] as const;
}

/** A copy without undefined, made of plain objects and lists only, as it will be stored. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map((one) => plain(one ?? null));
  if (value === null || typeof value !== 'object') return value;
  const entries = Object.entries(value).filter(([, one]) => one !== undefined);
  return Object.fromEntries(entries.map(([key, one]) => [key, plain(one)]));
}

/** Keys in order, so that equal evidence has equal text. RFC 8785 would refuse the NaN of a metric. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== 'object') return value;
  const keys = Object.keys(value).sort();
  return Object.fromEntries(keys.map((key) => [key, sorted((value as Record<string, unknown>)[key])]));
}
