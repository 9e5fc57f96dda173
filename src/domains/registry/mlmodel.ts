import { parseYaml } from '../../kernel/yaml.ts';
import type { ModelSignature, TensorSpec } from './schema.ts';

/** The file that describes a folder of the format `mlflow`, and the most bytes of it that are read. */
export const mlmodel = { path: 'MLmodel', mostBytes: 4 * 2 ** 20 } as const;

interface Field {
  type?: unknown;
  name?: string;
  'tensor-spec'?: { dtype: string; shape: number[] };
}

const typesOfColumns: Record<string, string> = {
  double: 'float64',
  float: 'float32',
  long: 'int64',
  integer: 'int32',
  boolean: 'bool',
};
const longest = { name: 250, fields: 10_000, dims: 8 };

/**
 * What the model of an `MLmodel` file takes and gives: a column is a tensor of its own, `[any]`. Blank where the file has no
 * signature or cannot be read: a folder may be registered whatever is in it.
 */
export function signatureOf(yaml: string): ModelSignature {
  try {
    const { signature } = (parseYaml(yaml, { maxAliasCount: 0 }) ?? {}) as { signature?: Record<string, unknown> };
    return { inputs: fieldsOf(signature?.['inputs'], 'input'), outputs: fieldsOf(signature?.['outputs'], 'output') };
  } catch {
    return { inputs: [], outputs: [] };
  }
}

function fieldsOf(text: unknown, usual: string): TensorSpec[] {
  if (typeof text !== 'string') return [];
  const fields = JSON.parse(text) as Field[];
  if (!Array.isArray(fields) || fields.length > longest.fields) return [];
  return fields.map((field, at) => specOf(field, fields.length === 1 ? usual : `${usual}-${at}`));
}

function specOf(field: Field, usual: string): TensorSpec {
  const name = String(field.name ?? usual).slice(0, longest.name);
  const tensor = field['tensor-spec'];
  if (tensor) {
    const shape = tensor.shape.slice(0, longest.dims).map((size) => (size < 0 ? null : size));
    return { name, type: String(tensor.dtype).slice(0, 40), shape };
  }
  const type = typeof field.type === 'string' ? (typesOfColumns[field.type] ?? field.type) : 'object';
  return { name, type: type.slice(0, 40), shape: [null] };
}
