import type { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node';
import { fail, messageOf } from '../kernel/errors.ts';
import { isTensorType } from './element-types.ts';
import type { Tensor, TensorData } from './tensor.ts';

type Ort = typeof import('onnxruntime-node');

let loading: Promise<Ort> | undefined;

/** The native runtime, loaded on first use: most commands of the program never need its 45 MB. */
function loadRuntime(): Promise<Ort> {
  loading ??= import('onnxruntime-node').catch((cause: unknown) => {
    loading = undefined;
    return fail('unavailable', `The ONNX runtime cannot be loaded on this machine: ${messageOf(cause)}.`, {
      cause,
      cure: 'Install the optional package onnxruntime-node for this platform.',
    });
  });
  return loading;
}

/** A model in the native runtime on this thread. */
export interface NativeSession {
  run(feeds: Record<string, Tensor>, outputs: readonly string[]): Promise<Record<string, Tensor>>;
  close(): Promise<void>;
}

// A refused run is told to its caller; the runtime would also print it to stderr.
const fatalOnly = 4;

/** Loads a model that `checkModel` has passed; fails with `invalid_model` when the runtime refuses it. */
export async function openNativeSession(bytes: Uint8Array, threads: number): Promise<NativeSession> {
  const ort = await loadRuntime();
  let session: InferenceSession;
  try {
    session = await ort.InferenceSession.create(bytes, {
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      executionMode: 'sequential',
      graphOptimizationLevel: 'all',
      logSeverityLevel: fatalOnly,
    });
  } catch (cause) {
    return fail('invalid_model', `The ONNX runtime refuses the model: ${firstLine(cause)}.`, {
      field: 'model',
      cause,
      cure: 'Check it with onnx.checker and export it for a supported operator set.',
    });
  }
  let closed = false;
  return {
    run: (feeds, outputs) => (closed ? closedSession() : runNative(ort, session, { feeds, outputs })),
    close: async () => {
      if (closed) return;
      closed = true;
      await session.release();
    },
  };
}

/** What a session that was closed answers. */
export function closedSession(): never {
  return fail('unavailable', 'The model was unloaded; ask again.', { cure: 'Retry.' });
}

interface Run {
  feeds: Record<string, Tensor>;
  outputs: readonly string[];
}

async function runNative(ort: Ort, session: InferenceSession, run: Run): Promise<Record<string, Tensor>> {
  let results: InferenceSession.OnnxValueMapType;
  try {
    const feeds: Record<string, OrtTensor> = {};
    for (const name of Object.keys(run.feeds)) feeds[name] = nativeTensor(ort, run.feeds[name]!);
    results = await session.run(feeds, run.outputs);
  } catch (cause) {
    // The runtime has no codes; what it refuses after loading a model depends on the values and shapes it was fed.
    return fail('invalid_input', `The model cannot compute these inputs: ${firstLine(cause)}.`, {
      cause,
      cure: 'Compare names, types and shapes of the inputs with those of the model.',
    });
  }
  const answer: Record<string, Tensor> = {};
  for (const name of run.outputs) answer[name] = plainTensor(name, results[name] as OrtTensor);
  return answer;
}

function nativeTensor(ort: Ort, tensor: Tensor): OrtTensor {
  return new ort.Tensor(tensor.type, tensor.data as never, tensor.dims);
}

function plainTensor(name: string, value: OrtTensor): Tensor {
  if (!isTensorType(value.type)) {
    return fail('unsupported', `The output '${name}' is of type ${value.type}, which cannot be sent.`, {
      field: name,
      cure: 'Ask for other outputs, or cast it to float32 in the model.',
    });
  }
  return { type: value.type, dims: value.dims, data: value.data as TensorData };
}

function firstLine(thrown: unknown): string {
  return messageOf(thrown).split('\n', 1)[0]!.slice(0, 500);
}
