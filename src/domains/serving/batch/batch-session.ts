import { availableParallelism } from 'node:os';
import type { Tensor } from '../../../onnx/index.ts';
import type { ServingDeps } from '../deps.ts';
import type { ModelPlan } from '../predict/model-plan.ts';
import type { RowBlock } from '../predict/row-block.ts';
import { loadable } from '../runtime/half-session.ts';
import { type EndpointSpec, isPlainOnnx } from '../schema.ts';
import { notRowWise } from './batch-failures.ts';
import type { StoredBatch } from './batch-store.ts';
import { isRowWise, type Outputs, sliceOutputs, toFeeds } from './batch-tensors.ts';

/** A version opened for many rows. */
export interface BatchModel {
  plan: ModelPlan;
  /** Rows of one run. */
  blockRows: number;
  /** Runs that are under way at once, so that neither reading nor computing waits for the other. */
  atOnce: number;
  score(block: RowBlock): Promise<Outputs>;
  close(): Promise<void>;
}

const onnxRows = 8192;
const otherRows = 512;
/** How long a run of another process may take. */
const runMs = 600_000;

/**
 * Opens a version for a batch. An ONNX file gets a session of its own in a thread of its own, so that those who wait for an
 * answer do not wait for the batch; other runtimes are asked through their queue like everybody.
 */
export async function openBatchModel(
  deps: Pick<ServingDeps, 'runtimes' | 'registry' | 'blobs'>,
  batch: Pick<StoredBatch, 'endpoint' | 'model' | 'version'>,
  spec: EndpointSpec,
): Promise<BatchModel> {
  const { endpoint, model, version } = batch;
  const runtime = await deps.runtimes.load({ endpoint, model, version, spec });
  const { plan } = runtime;
  if (!isPlainOnnx(spec)) {
    const blockRows = Math.max(1, Math.min(otherRows, spec.maxQueueRows / 4));
    const score = (block: RowBlock) => runtime.batcher.run({ block, deadline: performance.now() + runMs });
    return { plan, blockRows, atOnce: 2, score, close: async () => {} };
  }
  const { servableDigest, digest } = await deps.registry.versions.get(model, version);
  const bytes = await deps.blobs.read(servableDigest ?? digest, { verify: true });
  // One core is left for reading and writing; threads that wait for each other burn more than they bring.
  const session = await loadable(bytes).open('worker', Math.max(1, availableParallelism() - 1));
  return {
    plan,
    blockRows: onnxRows,
    atOnce: 2,
    async score(block) {
      const results: Record<string, Tensor> = await session.run(toFeeds(plan, [block]), undefined, { transfer: true });
      if (!isRowWise(results, block.rows)) throw notRowWise(results, block.rows);
      return sliceOutputs(results, 0, block.rows);
    },
    close: () => session.close(),
  };
}
