import type { Queries } from '../../database/database.ts';
import type { Actor } from '../../kernel/actor.ts';
import { fail, notFound } from '../../kernel/errors.ts';
import { newId } from '../../kernel/ids.ts';
import { parseAs } from '../../kernel/parse.ts';
import { lockModel, type RegistryDeps, subjectOfModel, subjectOfVersion, versionOf } from './deps.ts';
import { type Model, type ModelSignature, type ModelVersion, newVersionSchema, type TensorSpec } from './schema.ts';
import { createRegistryStore } from './store.ts';

type Asked = ReturnType<typeof parseAs<typeof newVersionSchema>>;

interface Content {
  digest: string;
  bytes: number;
  signature: ModelSignature;
}

/** Registers content as a version: checked and made servable first, then numbered; the same digest is the same version. */
export async function registerVersion(deps: RegistryDeps, actor: Actor, given: unknown): Promise<ModelVersion> {
  const asked = parseAs(newVersionSchema, given);
  const content = asked.format === 'onnx' ? await makeServable(deps, asked) : await storedAs(deps, asked);
  return deps.database.transaction(async (tx) => {
    const model = await ensureModel(deps, actor, { tx, name: asked.model });
    const store = createRegistryStore(tx).versions;
    const known = await store.findByDigest(asked.model, content.digest);
    if (known && known.deletedAt === null) return known;
    if (known) return restoreVersion(deps, actor, { tx, known });
    return insertVersion(deps, actor, { tx, model, asked, content });
  });
}

async function storedAs({ blobs }: RegistryDeps, { digest, signature }: Asked): Promise<Content> {
  const { bytes } = (await blobs.stat(digest)) ?? notFound('stored artifact', digest);
  return { digest, bytes, signature: signature ?? { inputs: [], outputs: [] } };
}

async function makeServable({ blobs, inspector }: RegistryDeps, asked: Asked): Promise<Content> {
  if (!(await blobs.has(asked.digest))) notFound('stored artifact', asked.digest);
  const given = await blobs.read(asked.digest, { verify: true });
  const { bytes, signature } = await inspector.inspect(given);
  const isSame = bytes === given || Buffer.compare(bytes, given) === 0;
  const stored = isSame ? { digest: asked.digest, bytes: given.length } : await blobs.put(bytes);
  return { ...stored, signature: agree(signature, asked.signature) };
}

/** What the model says of itself, with the columns that the caller names; a contradiction is `invalid_input`. */
function agree(own: ModelSignature, given: ModelSignature | undefined): ModelSignature {
  if (!given) return own;
  return {
    inputs: agreeOn('inputs', own.inputs, given.inputs),
    outputs: agreeOn('outputs', own.outputs, given.outputs),
  };
}

function agreeOn(what: 'inputs' | 'outputs', own: TensorSpec[], given: TensorSpec[]): TensorSpec[] {
  const refuse = (why: string): never =>
    fail('invalid_input', `The signature's ${what} ${why}.`, { field: `signature.${what}` });
  const known = new Set(own.map((tensor) => tensor.name));
  const extra = given.find((tensor) => !known.has(tensor.name));
  if (extra) refuse(`name '${extra.name}', which the model does not have (it has ${[...known].join(', ')})`);
  return own.map((tensor) => {
    const said = given.find((one) => one.name === tensor.name) ?? refuse(`lack '${tensor.name}'`);
    if (said.type !== tensor.type) refuse(`say '${tensor.name}' is ${said.type}; the model says ${tensor.type}`);
    const width = tensor.shape.at(-1);
    const { columns } = said;
    if (columns && typeof width === 'number' && width !== columns.length) {
      refuse(`name ${columns.length} columns of '${tensor.name}'; the model takes ${width}`);
    }
    return columns ? { ...tensor, columns } : tensor;
  });
}

async function ensureModel(
  { database, ledger, clock }: RegistryDeps,
  actor: Actor,
  { tx, name }: { tx: Queries; name: string },
): Promise<Model> {
  const id = newId(clock.now());
  const isNew = await createRegistryStore(tx).models.insert({ id, name, description: '', at: clock.now() });
  if (isNew) await ledger.append(tx, { type: 'model.created', actor, subject: subjectOfModel({ id, name }), data: {} });
  return lockModel(database, tx, name);
}

async function restoreVersion(
  { ledger, clock }: RegistryDeps,
  actor: Actor,
  { tx, known }: { tx: Queries; known: ModelVersion },
): Promise<ModelVersion> {
  await createRegistryStore(tx).versions.update(known.id, { deleted_at: null, updated_at: clock.now() });
  const data = { model: known.model, version: known.number };
  await ledger.append(tx, { type: 'model-version.restored', actor, subject: subjectOfVersion(known), data });
  return { ...known, deletedAt: null };
}

async function insertVersion(
  { ledger, clock }: RegistryDeps,
  actor: Actor,
  { tx, model, asked, content }: { tx: Queries; model: Model; asked: Asked; content: Content },
): Promise<ModelVersion> {
  const now = clock.now();
  const number = model.latestVersion + 1;
  const id = newId(now);
  const store = createRegistryStore(tx);
  await store.models.update(model.id, { latest_version: number, updated_at: now });
  await store.versions.insert({
    id,
    model_id: model.id,
    number,
    digest: content.digest,
    registered_digest: asked.digest,
    format: asked.format,
    bytes: content.bytes,
    signature: JSON.stringify(content.signature),
    source: JSON.stringify(asked.source),
    run_id: asked.source.runId ?? null,
    stage: 'none',
    description: asked.description ?? '',
    created_at: now,
    created_by: actor.id,
    updated_at: now,
    deleted_at: null,
  });
  await store.versions.setTags(id, asked.tags ?? {});
  const { runId = null, pipelineRunId = null, code, datasets = [] } = asked.source;
  const shown = datasets.map(({ name, versionId = null, digest = null }) => ({ name, versionId, digest }));
  await ledger.append(tx, {
    type: 'model-version.created',
    actor,
    subject: subjectOfVersion({ id, model: model.name, number }),
    data: {
      model: model.name,
      version: number,
      digest: content.digest,
      format: asked.format,
      bytes: content.bytes,
      runId,
      pipelineRunId,
      commit: code?.commit ?? null,
      datasets: shown,
      description: asked.description ?? '',
      tags: asked.tags ?? {},
    },
  });
  return versionOf(tx, model.name, number);
}
