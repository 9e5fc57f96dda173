import {
  createOnnxSession,
  type HalfType,
  type OnnxSession,
  type Placement,
  type Tensor,
  type TensorSpec,
  type WidenedModel,
  widenHalves,
} from '../../../onnx/index.ts';
import type { KnownSignature } from '../predict/model-plan.ts';

type Names = WidenedModel['inputs'];

/** A model file that is ready to be loaded, once or again elsewhere. */
export interface LoadableModel {
  /** Which tensors are 16-bit floats; their values are float32 for whoever runs it. */
  halves: NonNullable<KnownSignature['halves']>;
  open(placement: Placement, threads?: number): Promise<OnnxSession>;
}

/** Makes a file loadable: 16-bit inputs and outputs are fed and read as float32 under their own names. */
export function loadable(bytes: Uint8Array): LoadableModel {
  const widened = widenHalves(bytes);
  const { inputs, outputs } = widened;
  const halves = { inputs: typesOf(inputs), outputs: typesOf(outputs) };
  const open = (placement: Placement, threads = 1) => createOnnxSession(widened.bytes, { placement, threads });
  if (inputs.size + outputs.size === 0) return { halves, open };
  return { halves, open: async (placement, threads) => renamed(await open(placement, threads), widened) };
}

function typesOf(names: Names): ReadonlyMap<string, HalfType> {
  return new Map([...names].map(([name, { type }]) => [name, type]));
}

function renamed(session: OnnxSession, { inputs, outputs }: WidenedModel): OnnxSession {
  const original = new Map([...inputs, ...outputs].map(([name, widened]) => [widened.name, name]));
  const named = (spec: TensorSpec): TensorSpec => ({ ...spec, name: original.get(spec.name) ?? spec.name });
  return {
    ...session,
    inputs: session.inputs.map(named),
    outputs: session.outputs.map(named),
    async run(feeds, wanted, options) {
      const given: Record<string, Tensor> = {};
      for (const name in feeds) given[inputs.get(name)?.name ?? name] = feeds[name]!;
      const asked = wanted?.map((name) => outputs.get(name)?.name ?? name);
      const results = await session.run(given, asked, options);
      const answer: Record<string, Tensor> = {};
      for (const name in results) answer[original.get(name) ?? name] = results[name]!;
      return answer;
    },
  };
}
