import { fail } from '../kernel/errors.ts';
import { expandedNodes } from './functions.ts';
import { type ModelProto, type TensorProto, TensorProto_DataLocation } from './generated/onnx-ml_pb.ts';
import { describeModel } from './inspect.ts';
import { readOutline } from './outline.ts';
import type { ModelInfo } from './types.ts';
import { walkModel } from './walk.ts';

/** How large a model may be. */
export interface ModelLimits {
  bytes: number;
  nodes: number;
  /** Subgraphs within subgraphs. */
  depth: number;
  /** Elements of one constant, whatever the file holds of them. */
  elements: number;
}

/** Limits that no tabular model comes near. */
export const defaultModelLimits: ModelLimits = { bytes: 1 << 30, nodes: 100_000, depth: 8, elements: 1 << 28 };

/** Operator domains whose implementation is inside the runtime; any other would need native code. */
const knownDomains = new Set(['', 'ai.onnx', 'ai.onnx.ml']);

/**
 * Refuses a model that cannot be served safely, with `invalid_model` naming what and the cure: not a model, too large,
 * data outside the file (the runtime would read it from disk), operators of other domains, or training graphs.
 * Gives what the model says about itself.
 */
export function checkModel(bytes: Uint8Array, limits: ModelLimits = defaultModelLimits): ModelInfo {
  if (bytes.length > limits.bytes)
    refuse(`has ${bytes.length} bytes; the limit is ${limits.bytes}`, 'Make it smaller.');
  const model = readOutline(bytes);
  checkDomains(model);
  const local = new Set(model.functions.map((body) => `${body.domain}:${body.name}`));
  const counts = { nodes: 0 };
  walkModel(model, {
    graph: (_, depth) => {
      if (depth > limits.depth) refuse(`nests more than ${limits.depth} subgraphs`, 'Flatten its control flow.');
    },
    node: (node) => {
      if (!knownDomains.has(node.domain) && !local.has(`${node.domain}:${node.opType}`)) {
        refuse(`uses the operator '${node.opType}' of domain '${node.domain}'`, customCure);
      }
      if (++counts.nodes > limits.nodes) refuse(`has more than ${limits.nodes} nodes`, 'Make it smaller.');
    },
    tensor: (tensor, where) => checkTensor(tensor, where, limits),
  });
  if (expandedNodes(model) > limits.nodes) refuse(`expands to more than ${limits.nodes} nodes`, 'Make it smaller.');
  if (model.trainingInfo.length > 0) refuse('holds training graphs', 'Export it for inference only.');
  return describeModel(model, bytes.length);
}

const customCure = 'Export it with standard operators (domains ai.onnx and ai.onnx.ml) only.';
const externalCure = 'Save it as one file (onnx.save_model(model, path, save_as_external_data=False)).';

function checkDomains(model: ModelProto): void {
  if (model.opsetImport.length === 0) refuse('imports no operator set', 'Export it again.');
  const local = new Set(model.functions.map((body) => body.domain));
  const imports = [...model.opsetImport, ...model.functions.flatMap((body) => body.opsetImport)];
  const foreign = imports.find(({ domain }) => !knownDomains.has(domain) && !local.has(domain));
  if (foreign !== undefined) refuse(`imports the operator domain '${foreign.domain}'`, customCure);
}

function checkTensor(tensor: TensorProto, where: string, limits: ModelLimits): void {
  if (tensor.dataLocation === TensorProto_DataLocation.EXTERNAL || tensor.externalData.length > 0) {
    const location = tensor.externalData.find((entry) => entry.key === 'location')?.value;
    refuse(
      `keeps the data of ${where} outside the file${location === undefined ? '' : ` ('${location}')`}`,
      externalCure,
    );
  }
  let elements = 1n;
  for (const size of tensor.dims) {
    if (size < 0n) refuse(`has a negative dimension in ${where}`, 'Export it again.');
    elements *= size;
    if (elements > BigInt(limits.elements)) {
      refuse(`has a constant of more than ${limits.elements} elements (${where})`, 'Make it smaller.');
    }
  }
}

function refuse(what: string, cure: string): never {
  return fail('invalid_model', `The model ${what}.`, { field: 'model', cure });
}
