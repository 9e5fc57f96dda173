import type { Blobs } from '../../blobs/index.ts';
import { fail } from '../../kernel/errors.ts';
import { createOnnxSession, inspectModel, type OnnxSession, type TensorSpec } from '../../onnx/index.ts';
import type { ModelVersion, Registry } from '../registry/index.ts';
import { toFeeds } from './batch-tensors.ts';
import { type Batcher, createBatcher } from './batcher.ts';
import { type KnownSignature, type ModelPlan, planModel } from './model-plan.ts';
import { newBlock } from './row-block.ts';
import type { EndpointSpec } from './schema.ts';

/** A model version ready to answer. */
export interface Runtime {
  model: string;
  version: number;
  plan: ModelPlan;
  batcher: Batcher;
  placement: 'inline' | 'worker';
  bytes: number;
  close(): Promise<void>;
}

/** Loaded models by version, each once however many endpoints use it. */
export interface Runtimes {
  /** Loads and warms a version; fails with `not_found`, `invalid_model` or `unsupported`. */
  load(want: { model: string; version: number; spec: EndpointSpec }): Promise<Runtime>;
  /** Closes what none of these routes uses any more, after the requests under way. */
  keepOnly(used: ReadonlySet<Runtime>): void;
  all(): Runtime[];
  close(): Promise<void>;
}

const inlineMs = 4;
const bytesPerQueueRow = 64 * 1024;
const graceMs = 30_000;

/** Makes the loader of models. */
export function createRuntimes(deps: { registry: Registry; blobs: Blobs }): Runtimes {
  const loading = new Map<string, Promise<Runtime>>();
  const loaded = new Map<Runtime, string>();
  return {
    load(want) {
      const { placement, maxQueueRows } = want.spec;
      const key = `${want.model}@${want.version} ${placement} ${maxQueueRows}`;
      let runtime = loading.get(key);
      if (!runtime) {
        runtime = loadRuntime(deps, want);
        loading.set(key, runtime);
        runtime.then((made) => loaded.set(made, key)).catch(() => loading.delete(key));
      }
      return runtime;
    },
    keepOnly(used) {
      for (const [runtime, key] of loaded) {
        if (used.has(runtime)) continue;
        loaded.delete(runtime);
        loading.delete(key);
        setTimeout(() => void runtime.close(), graceMs).unref();
      }
    },
    all: () => [...loaded.keys()],
    async close() {
      await Promise.allSettled([...loading.values()].map(async (runtime) => (await runtime).close()));
    },
  };
}

async function loadRuntime(
  { registry, blobs }: { registry: Registry; blobs: Blobs },
  want: { model: string; version: number; spec: EndpointSpec },
): Promise<Runtime> {
  const version = await registry.versions.get(want.model, want.version);
  const digest = version.servableDigest;
  if (digest === null) {
    const cure = 'Convert the model to ONNX and register that.';
    const message = `Version ${want.version} of '${want.model}' is ${version.format} without an ONNX file, which is not served.`;
    return fail('unsupported', `${message} ${cure}`);
  }
  const bytes = await blobs.read(digest, { verify: true });
  const session = await placeSession(bytes, want.spec, knownOf(version, bytes));
  const limits = {
    maxQueueRows: want.spec.maxQueueRows,
    maxQueueBytes: want.spec.maxQueueRows * bytesPerQueueRow,
    maxBatchRows: session.maxBatchRows,
  };
  const batcher = createBatcher(session.plan, session.onnx.run, limits);
  return {
    model: want.model,
    version: want.version,
    plan: session.plan,
    batcher,
    placement: session.onnx.placement,
    bytes: bytes.length,
    close: () => session.onnx.close(),
  };
}

/** Column names from the signature, classes from the model's own metadata (`classes`, a JSON list). */
function knownOf(version: ModelVersion, bytes: Uint8Array): KnownSignature {
  const columns = version.signature.inputs[0]?.columns?.map((name) => ({ name }));
  const text = inspectModel(bytes).metadata['classes'];
  let classes: unknown;
  try {
    classes = text === undefined ? undefined : JSON.parse(text);
  } catch {
    classes = undefined;
  }
  return { ...(columns && { columns }), ...(Array.isArray(classes) && { classes: classes as string[] }) };
}

interface Placed {
  onnx: OnnxSession;
  plan: ModelPlan;
  maxBatchRows: number;
}

/** Loads the model where it belongs: in this thread while a batch takes a few milliseconds, else in a worker. */
async function placeSession(bytes: Uint8Array, spec: EndpointSpec, known: KnownSignature): Promise<Placed> {
  const first = await createOnnxSession(bytes, { placement: spec.placement === 'worker' ? 'worker' : 'inline' });
  const draft = planModel(first, known);
  const plan = planModel({ inputs: first.inputs, outputs: await seenOutputs(first, draft) }, known);
  const one = await timeRun(first, plan, 1);
  const many = await timeRun(first, plan, 64);
  const perRow = Math.max(1e-5, (many - one) / 63);
  const maxBatchRows = Math.max(16, Math.min(1024, Math.floor((inlineMs - one) / perRow)));
  if (spec.placement !== 'auto' || one <= inlineMs / 2) {
    return { onnx: first, plan, maxBatchRows: first.placement === 'worker' ? 1024 : maxBatchRows };
  }
  const worker = await createOnnxSession(bytes, { placement: 'worker' });
  await first.close();
  await timeRun(worker, plan, 1);
  return { onnx: worker, plan, maxBatchRows: 1024 };
}

/** The model's outputs with the sizes a run gave, where the model leaves them open. */
async function seenOutputs(session: OnnxSession, plan: ModelPlan): Promise<TensorSpec[]> {
  try {
    const results = await session.run(toFeeds(plan, [newBlock(plan, 1)]));
    return session.outputs.map((output) => {
      const dims = results[output.name]?.dims;
      return dims?.[0] === 1 ? { ...output, shape: [null, ...dims.slice(1)] } : output;
    });
  } catch {
    return session.outputs;
  }
}

/** The fastest of three runs over empty rows, in milliseconds; also warms the model. 0 where it refuses empty rows. */
async function timeRun(session: OnnxSession, plan: ModelPlan, rows: number): Promise<number> {
  let best = Number.POSITIVE_INFINITY;
  for (let i = 0; i < 3; i++) {
    const startedAt = performance.now();
    try {
      await session.run(toFeeds(plan, [newBlock(plan, rows)]));
    } catch {
      return 0;
    }
    best = Math.min(best, performance.now() - startedAt);
  }
  return best;
}
