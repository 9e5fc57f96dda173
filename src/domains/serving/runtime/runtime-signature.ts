import { text as readText } from 'node:stream/consumers';
import { fail, messageOf } from '../../../kernel/errors.ts';
import { parseYaml } from '../../../kernel/yaml.ts';
import type { TensorSpec } from '../../../onnx/index.ts';
import type { ModelVersion, Registry } from '../../registry/index.ts';
import type { ColumnType, KnownSignature } from '../predict/model-plan.ts';

/** What is known of a model that computes elsewhere, before it is asked. */
export interface KnownFace {
  inputs: TensorSpec[];
  /** Undefined where only an answer tells. */
  outputs: TensorSpec[] | undefined;
  known: KnownSignature;
  /** Inputs whose values may be missing. */
  nullable: ReadonlySet<string>;
  /** Whether each input is one column of a table. */
  isTable: boolean;
  /** Whether its only input, or its columns, have no names of their own. */
  isUnnamed: boolean;
  /** Columns whose text is something else: base64 of bytes, or times. */
  forms: ReadonlyMap<string, 'base64' | 'datetime'>;
  /** Parameters of a prediction by name. */
  params?: Readonly<Record<string, { type: string; isList: boolean }>>;
}

const nothing = { known: {}, nullable: new Set<string>(), forms: new Map<string, 'base64'>() };
const declared: Record<ColumnType, string> = {
  number: 'float64',
  integer: 'int64',
  boolean: 'bool',
  string: 'string',
};

/** The face of a model from the columns an endpoint declares: one tensor where all are numbers and rows are lists. */
export function faceOfColumns(columns: readonly { name: string; type: ColumnType }[], asRows: boolean): KnownFace {
  const isNumeric = columns.every(({ type }) => type === 'number');
  if (asRows && isNumeric) {
    const input = { name: 'instances', type: 'float64', shape: [null, columns.length] };
    return { ...nothing, inputs: [input], outputs: undefined, known: { columns }, isTable: false, isUnnamed: true };
  }
  const inputs = columns.map(({ name, type }) => ({ name, type: declared[type], shape: [null] }));
  return { ...nothing, inputs, outputs: undefined, isTable: true, isUnnamed: false };
}

/** The face of a registered version: of its `MLmodel` file, or of the signature it was registered with. */
export async function faceOfVersion(
  registry: { versions: Pick<Registry['versions'], 'files' | 'openFile'> },
  version: ModelVersion,
): Promise<KnownFace | undefined> {
  const at = { model: version.model, version: version.number };
  const files = await registry.versions.files(at);
  const description = files.find(({ path, bytes }) => path === 'MLmodel' && bytes < 4 * 2 ** 20);
  if (description) {
    const { stream } = await registry.versions.openFile(at, description.path);
    const face = faceOfMlmodel(await readText(stream));
    if (face) return face;
  }
  const { inputs, outputs } = version.signature;
  if (inputs.length === 0) return undefined;
  const free = ({ name, type, shape }: TensorSpec): TensorSpec => ({ name, type, shape: [null, ...shape.slice(1)] });
  const columns = inputs.length === 1 ? inputs[0]!.columns?.map((name) => ({ name })) : undefined;
  return {
    ...nothing,
    inputs: inputs.map(free),
    outputs: outputs.length > 0 ? outputs.map(free) : undefined,
    known: columns ? { columns } : {},
    isTable: inputs.every(({ shape }) => shape.length === 1),
    isUnnamed: false,
  };
}

interface MlflowParam {
  name: string;
  type: string;
  shape?: number[] | null;
}

interface MlflowInput {
  type: string | { type: string };
  name?: string;
  required?: boolean;
  'tensor-spec'?: { dtype: string; shape: number[] };
}

/** Reads the signature of an `MLmodel` file; undefined where it has none, `unsupported` where it is no table or tensors. */
export function faceOfMlmodel(yaml: string): KnownFace | undefined {
  let signature: { inputs?: string | null; outputs?: string | null; params?: string | null } | undefined;
  let params: MlflowParam[];
  let inputs: MlflowInput[];
  let outputs: MlflowInput[];
  try {
    signature = (parseYaml(yaml) as { signature?: typeof signature } | null)?.signature;
    if (!signature?.inputs) return undefined;
    inputs = JSON.parse(signature.inputs) as MlflowInput[];
    params = signature.params ? (JSON.parse(signature.params) as MlflowParam[]) : [];
    outputs = signature.outputs ? (JSON.parse(signature.outputs) as MlflowInput[]) : [];
  } catch (cause) {
    return fail('invalid_model', `The file MLmodel of the version cannot be read: ${messageOf(cause)}`, { cause });
  }
  const isTable = !inputs.some((input) => input['tensor-spec']);
  const isUnnamed = inputs.every(({ name }) => name === undefined);
  const nullable = new Set<string>();
  const forms = new Map<string, 'base64' | 'datetime'>();
  const specs = inputs.map((input, at) => {
    const name = input.name ?? (inputs.length === 1 ? 'input' : String(at));
    if (input.required === false) nullable.add(name);
    if (input.type === 'binary') forms.set(name, 'base64');
    if (input.type === 'datetime') forms.set(name, 'datetime');
    return input['tensor-spec'] ? ofTensor(name, input['tensor-spec']) : ofColumn(name, input);
  });
  return {
    inputs: specs,
    outputs: outputsOf(outputs),
    known: {},
    nullable,
    isTable,
    isUnnamed,
    forms,
    ...(params.length > 0 && { params: paramsOf(params) }),
  };
}

function paramsOf(params: readonly MlflowParam[]) {
  const isList = ({ shape }: MlflowParam) => shape !== undefined && shape !== null;
  return Object.fromEntries(params.map((param) => [param.name, { type: param.type, isList: isList(param) }]));
}

const columnTypes: Record<string, string> = {
  boolean: 'bool',
  integer: 'int32',
  long: 'int64',
  float: 'float32',
  double: 'float64',
  string: 'string',
  binary: 'string',
  datetime: 'string',
};

function ofColumn(name: string, { type, required }: MlflowInput): TensorSpec {
  const found = typeof type === 'string' ? columnTypes[type] : undefined;
  if (!found) {
    const shown = typeof type === 'string' ? type : type.type;
    return fail('unsupported', `Column '${name}' of the signature is of the type ${shown}, which is not served.`, {
      field: name,
      cure: 'Log the model with a signature of plain columns or tensors.',
    });
  }
  // A whole number that may be missing has no value of its own for that; as a float it is NaN until it is sent as null.
  const mayMiss = required === false && (found === 'int32' || found === 'int64');
  return { name, type: mayMiss ? 'float64' : found, shape: [null] };
}

function ofTensor(name: string, { dtype, shape }: { dtype: string; shape: number[] }): TensorSpec {
  const type = dtype === 'str' || dtype === 'object' || dtype.startsWith('<U') ? 'string' : dtype;
  return { name, type, shape: shape.map((size, at) => (at === 0 || size < 0 ? null : size)) };
}

/** Outputs as they are answered: what has no name is the one list of predictions. */
function outputsOf(outputs: readonly MlflowInput[]): TensorSpec[] | undefined {
  if (outputs.length === 0 || outputs.some(({ type }) => typeof type !== 'string')) return undefined;
  if (outputs.length > 1 && outputs.some(({ name }) => name === undefined)) return undefined;
  const specs = outputs.map((output) => {
    const name = output.name ?? 'predictions';
    const tensor = output['tensor-spec'];
    return tensor
      ? ofTensor(name, tensor)
      : { name, type: columnTypes[output.type as string] ?? 'string', shape: [null] };
  });
  const known = new Set(['bool', 'int32', 'int64', 'float32', 'float64', 'string']);
  return specs.every(({ type }) => known.has(type)) ? specs : undefined;
}
