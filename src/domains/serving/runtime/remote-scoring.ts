import { parseJson, stringifyJson } from '../../../kernel/json.ts';
import type { Tensor, TensorSpec } from '../../../onnx/index.ts';
import type { RunCall } from '../predict/batcher.ts';
import type { RemoteCodec } from './remote-codec.ts';
import { readPredictions } from './remote-predictions.ts';
import type { KnownFace } from './runtime-signature.ts';

const json = { 'content-type': 'application/json' };
type Cell = string | number | bigint | boolean | null;

/** MLflow's scoring protocol as a client speaks it: tables as `dataframe_split`, tensors as `inputs`. */
export function mlflowCodec(face: KnownFace, outputs: readonly TensorSpec[] | undefined): RemoteCodec {
  return {
    path: '/invocations',
    write: (feeds, { params }: RunCall) => {
      const given = face.isTable ? { dataframe_split: toSplit(feeds, face) } : { inputs: toInputs(feeds, face) };
      return { headers: json, body: stringifyJson({ ...given, ...(params && { params: parseJson(params) }) }) };
    },
    read: ({ body }) => readPredictions(predictionsOf(body, 'predictions'), outputs),
  };
}

/** KServe's V1 protocol as a client speaks it: a list a row, or an object a row where there are several inputs. */
export function v1Codec(face: KnownFace, outputs: readonly TensorSpec[] | undefined): RemoteCodec {
  return {
    path: ':predict',
    write: (feeds) => ({ headers: json, body: stringifyJson({ instances: toInstances(feeds, face) }) }),
    read: ({ body }) => readPredictions(predictionsOf(body, 'predictions'), outputs),
  };
}

function predictionsOf(body: Buffer, key: string) {
  const answer = parseJson(body.toString('utf8'));
  return answer !== null && typeof answer === 'object' && !Array.isArray(answer) ? answer[key] : undefined;
}

function toSplit(feeds: Record<string, Tensor>, { nullable, isUnnamed }: KnownFace) {
  const names = Object.keys(feeds);
  const columns = names.map((name) => cellsOf(feeds[name]!, nullable.has(name)));
  const rows = columns[0]?.length ?? 0;
  const data = Array.from({ length: rows }, (_, row) => columns.map((cells) => cells[row]!));
  return { ...(!isUnnamed && { columns: names }), data };
}

function toInputs(feeds: Record<string, Tensor>, { isUnnamed }: KnownFace) {
  const names = Object.keys(feeds);
  if (isUnnamed) return nested(feeds[names[0]!]!);
  return Object.fromEntries(names.map((name) => [name, nested(feeds[name]!)]));
}

function toInstances(feeds: Record<string, Tensor>, { nullable, isTable }: KnownFace) {
  const names = Object.keys(feeds);
  if (names.length === 1 && !isTable) return nested(feeds[names[0]!]!);
  const columns = names.map((name) => (isTable ? cellsOf(feeds[name]!, nullable.has(name)) : nested(feeds[name]!)));
  const rows = columns[0]?.length ?? 0;
  return Array.from({ length: rows }, (_, row) =>
    Object.fromEntries(names.map((name, at) => [name, columns[at]![row]])),
  );
}

/** One column's values: a missing number is null, and where values may be missing, so is an empty text. */
function cellsOf({ type, data }: Tensor, isNullable: boolean): Cell[] {
  if (type === 'bool') return Array.from(data as Uint8Array, Boolean);
  if (type === 'string') return (data as string[]).map((text) => (text === '' && isNullable ? null : text));
  return Array.from(data as ArrayLike<number | bigint>, (value) => (Number.isNaN(value) ? null : value));
}

type Nested = Cell | Nested[];

function nested({ type, dims, data }: Tensor): Nested[] {
  let values: Nested[] =
    type === 'bool' ? Array.from(data as Uint8Array, Boolean) : Array.from(data as ArrayLike<Cell>);
  for (let axis = dims.length - 1; axis > 0; axis--) {
    const size = dims[axis]!;
    const rows: Nested[] = [];
    for (let at = 0; at < values.length; at += size) rows.push(values.slice(at, at + size));
    values = rows;
  }
  return values;
}
