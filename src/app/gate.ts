import type { ModelInspector, ModelSignature, PromotionGate } from '../domains/registry/index.ts';
import { fail } from '../kernel/errors.ts';
import { checkModel, dropZipMap, inspectModel, type ModelInfo } from '../onnx/index.ts';

/** The registry's gate, which governance fills in once it stands: until then nothing is promoted. */
export function gateOf(): PromotionGate & { join(gate: PromotionGate): void } {
  let joined: PromotionGate | undefined;
  return {
    check: (request) => joined?.check(request) ?? fail('unavailable', 'The gates are not ready yet.'),
    join(gate) {
      joined = gate;
    },
  };
}

/** The registry's look into ONNX files: refuses unsafe ones and makes probabilities tensors. */
export const inspector: ModelInspector = {
  async inspect(given) {
    checkModel(given);
    const bytes = dropZipMap(given);
    return { bytes, signature: signatureOf(inspectModel(bytes)) };
  },
};

function signatureOf({ inputs, outputs }: ModelInfo): ModelSignature {
  const toSpec = ({ name, type, shape }: ModelInfo['inputs'][number]) => ({
    name,
    type,
    shape: shape.map((dimension) => (typeof dimension === 'number' ? dimension : null)),
  });
  return { inputs: inputs.map(toSpec), outputs: outputs.map(toSpec) };
}
