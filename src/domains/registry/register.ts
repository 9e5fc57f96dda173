import type { Queries } from '../../database/database.ts';
import type { Actor } from '../../kernel/actor.ts';
import { fail, notFound } from '../../kernel/errors.ts';
import { newId } from '../../kernel/ids.ts';
import { parseAs } from '../../kernel/parse.ts';
import { type RegistryDeps, subjectOfVersion } from './deps.ts';
import { ensureModel, insertVersion, type VersionContent } from './insert-version.ts';
import type { ModelInspector } from './ports.ts';
import { recordScan } from './record-evidence.ts';
import { scanFiles } from './scan/scan-version.ts';
import { type ModelSignature, type ModelVersion, newVersionSchema, type TensorSpec } from './schema.ts';
import { createRegistryStore } from './store.ts';

type Asked = ReturnType<typeof parseAs<typeof newVersionSchema>>;

type Content = VersionContent;

/** Registers content as a version: checked and made servable first, then numbered; the same digest is the same version. */
export async function registerVersion(deps: RegistryDeps, actor: Actor, given: unknown): Promise<ModelVersion> {
  const asked = parseAs(newVersionSchema, given);
  const content = asked.format === 'onnx' ? await makeServable(deps, asked) : await storedAs(deps, asked);
  const scan = await scanFiles(deps.blobs, [
    { path: `model.${asked.format}`, digest: content.digest, bytes: content.bytes },
  ]);
  return deps.database.transaction(async (tx) => {
    const model = await ensureModel(deps, actor, { tx, name: asked.model });
    const store = createRegistryStore(tx).versions;
    const known = await store.findByDigest(asked.model, content.digest);
    if (known && known.deletedAt === null) return known;
    if (known) return restoreVersion(deps, actor, { tx, known });
    const id = newId(deps.clock.now());
    const version = await insertVersion(deps, actor, { tx, model, id, words: asked, content });
    await recordScan(deps, { tx, version, scan });
    return version;
  });
}

async function storedAs({ blobs }: RegistryDeps, { digest, signature }: Asked): Promise<Content> {
  const { bytes } = (await blobs.stat(digest)) ?? notFound('stored artifact', digest);
  const kept = { digest, registeredDigest: digest, servableDigest: null, bytes };
  return { ...kept, signature: signature ?? { inputs: [], outputs: [] }, content: 'fixed', files: [] };
}

async function makeServable(deps: RegistryDeps, asked: Asked): Promise<Content> {
  if (!(await deps.blobs.has(asked.digest))) notFound('stored artifact', asked.digest);
  const given = await deps.blobs.read(asked.digest, { verify: true });
  const { stored, signature } = await storeServable(deps, { digest: asked.digest, given });
  const kept = { ...stored, registeredDigest: asked.digest, servableDigest: stored.digest };
  return { ...kept, signature: agree(signature, asked.signature), content: 'fixed', files: [] };
}

/** Inspects an ONNX file and stores the form that is served; fails with `invalid_model`. */
export async function storeServable(
  { blobs, inspector }: RegistryDeps,
  { digest, given, beside }: { digest: string; given: Buffer; beside?: Parameters<ModelInspector['inspect']>[1] },
): Promise<{ stored: { digest: string; bytes: number }; signature: ModelSignature }> {
  const { bytes, signature } = await inspector.inspect(given, beside);
  const isSame = bytes === given || Buffer.compare(bytes, given) === 0;
  return { stored: isSame ? { digest, bytes: given.length } : await blobs.put(bytes), signature };
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
