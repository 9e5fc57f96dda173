import { fail } from '../kernel/errors.ts';
import { checkModel } from './check.ts';
import { isTensorType } from './element-types.ts';
import { checkFeeds } from './feeds.ts';
import { openNativeSession } from './runtime.ts';
import type { Tensor } from './tensor.ts';
import type { OnnxSession, SessionOptions, TensorSpec } from './types.ts';
import { WorkerSession } from './worker-session.ts';

/**
 * Checks a model (`checkModel`) and loads it. Outputs that are no tensors (ZipMap's) are left out: `dropZipMap` first.
 * Fails with `invalid_model` when the model is refused, `unavailable` when this machine has no ONNX runtime.
 */
export async function createOnnxSession(bytes: Uint8Array, options: SessionOptions = {}): Promise<OnnxSession> {
  const info = checkModel(bytes);
  const outputs = info.outputs.filter((output) => isTensorType(output.type));
  if (outputs.length === 0) {
    fail('invalid_model', 'No output of the model is a tensor.', {
      field: 'model',
      cure: 'Export it without ZipMap (options={"zipmap": False}).',
    });
  }
  const placement = options.placement ?? 'inline';
  const threads = options.threads ?? 1;
  const native =
    placement === 'worker' ? await WorkerSession.open(bytes, threads) : await openNativeSession(bytes, threads);
  const all = outputs.map((output) => output.name);
  return {
    inputs: info.inputs,
    outputs,
    placement,
    run: async (feeds, wanted = all, { transfer = false } = {}): Promise<Record<string, Tensor>> => {
      if (wanted !== all) checkOutputs(outputs, wanted);
      checkFeeds(info.inputs, feeds);
      return native instanceof WorkerSession ? native.run(feeds, wanted, transfer) : native.run(feeds, wanted);
    },
    close: () => native.close(),
  };
}

function checkOutputs(outputs: readonly TensorSpec[], wanted: readonly string[]): void {
  const known = outputs.map((output) => output.name);
  const unknown = wanted.find((name) => !known.includes(name));
  if (unknown === undefined && wanted.length > 0) return;
  fail('invalid_input', unknown === undefined ? 'No output is asked for.' : `The model has no output '${unknown}'.`, {
    field: 'outputs',
    value: unknown,
    cure: `Its outputs are ${known.map((name) => `'${name}'`).join(', ')}.`,
  });
}
