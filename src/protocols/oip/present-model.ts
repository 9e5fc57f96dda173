import type { ElementType, FaceTensor, ModelFace, ModelState } from '../../domains/serving/index.ts';
import { datatypeOf } from './datatypes.ts';

/** What the server says of itself. */
export interface ServerNames {
  /** Advertised name; some clients of Triton expect `triton`. */
  name?: string;
  version: string;
}

const extensions = [
  'binary_tensor_data',
  'classification',
  'model_configuration',
  'model_repository',
  'model_repository(unload_dependents)',
  'parameters',
  'schedule_policy',
  'statistics',
];

/** Metadata of the server. */
export function presentServer({ name = 'tidemill', version }: ServerNames) {
  return { name, version, extensions };
}

/** Metadata of a model; the first dimension of each tensor counts rows. */
export function presentModel(name: string, face: ModelFace) {
  const tensor = ({ name, type, tail }: FaceTensor) => ({ name, datatype: datatypeOf(type), shape: [-1, ...tail] });
  return {
    name,
    versions: face.versions.map(String),
    platform: 'onnxruntime_onnx',
    inputs: face.inputs.map(tensor),
    outputs: face.outputs.map(tensor),
  };
}

/** A model as Triton's ModelConfig: the dimension of the rows is not among `dims`. */
export function presentConfig(name: string, face: ModelFace) {
  return {
    name,
    platform: 'onnxruntime_onnx',
    backend: 'onnxruntime',
    version_policy: { specific: { versions: face.versions } },
    max_batch_size: Math.min(face.maxRows, 2 ** 31 - 1),
    input: face.inputs.map((tensor) => ({ ...configTensor(tensor), format: 'FORMAT_NONE' })),
    output: face.outputs.map((tensor) => ({ ...configTensor(tensor), label_filename: '' })),
    instance_group: [{ name: `${name}_0`, kind: 'KIND_CPU', count: 1 }],
    default_model_filename: 'model.onnx',
    dynamic_batching: { preferred_batch_size: [], max_queue_delay_microseconds: 0, preserve_ordering: true },
  };
}

/** A tensor of one value a row has no dimension left, which a config writes as one that is taken away again. */
function configTensor({ name, type, tail }: FaceTensor) {
  const shape = { name, data_type: configType(type), dims: tail.length === 0 ? [1] : [...tail] };
  return tail.length === 0 ? { ...shape, reshape: { shape: [] } } : shape;
}

function configType(type: ElementType): string {
  return type === 'string' ? 'TYPE_STRING' : `TYPE_${datatypeOf(type)}`;
}

/** The index of the repository: a line for each version that answers, one for an endpoint that has none. */
export function presentIndex(states: readonly ModelState[], readyOnly: boolean) {
  const lines = states.flatMap(({ endpoint: name, state, reason = '', versions }) => {
    if (state === 'ready')
      return versions.map((version) => ({ name, version: String(version), state: 'READY', reason }));
    return [{ name, state: 'UNAVAILABLE', reason: state === 'unloaded' ? 'unloaded' : reason }];
  });
  return readyOnly ? lines.filter((line) => line.state === 'READY') : lines;
}

/** Whether everything that should answer can; what was unloaded should not. */
export function areReady(states: readonly ModelState[]): boolean {
  return states.every(({ state }) => state === 'ready' || state === 'unloaded');
}
