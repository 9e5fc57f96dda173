import { attribute, type DecodedModel, intOf, numbersIn } from './decoded.ts';
import type { NodeProto } from './generated/onnx-ml_pb.ts';

/** A column that is the same in every row. */
export const fixed = -1;
/** A column made of several source columns. */
export const mixed = -2;

/** For each column of a tensor the source column it is made of: its place among all columns of all inputs, `fixed` or `mixed`. */
export type Origins = readonly number[];

/** Follows source columns through a model; what an operator does that is not known is undefined from there on. */
export interface ColumnOrigins {
  of(tensor: string): Origins | undefined;
  /** How many source columns there are. */
  sources: number;
}

/** Follows the columns of a model's inputs. Every input has a row a line; its other dimensions are its columns. */
export function followColumns(decoded: DecodedModel): ColumnOrigins {
  const found = new Map<string, Origins | undefined>();
  let sources = 0;
  for (const input of decoded.graph.input) {
    if (!decoded.inputs.includes(input.name)) continue;
    const type = input.type?.value;
    const dims = type?.case === 'tensorType' ? (type.value.shape?.dim ?? []).slice(1) : [];
    const width = dims.reduce((size, { value }) => size * (value.case === 'dimValue' ? Number(value.value) : 1), 1);
    found.set(
      input.name,
      Array.from({ length: width }, () => sources++),
    );
  }
  const of = (tensor: string): Origins | undefined => {
    if (found.has(tensor)) return found.get(tensor);
    if (decoded.constants.has(tensor)) {
      const dims = decoded.constants.get(tensor)!.dims;
      const origins = new Array<number>(Number(dims.at(-1) ?? 1)).fill(fixed);
      found.set(tensor, origins);
      return origins;
    }
    const node = decoded.makers.get(tensor);
    found.set(tensor, undefined);
    const origins = node && originsOf(decoded, node, of);
    found.set(tensor, origins);
    return origins;
  };
  return { of, sources };
}

/** Each element by itself, wherever it stands; further inputs are settings. */
const single = new Set(
  `Identity Cast IsNaN IsInf Not Abs Neg Exp Log Sqrt Floor Ceil Round Sign Sigmoid Tanh Relu Clip Erf Reciprocal Softplus
   LabelEncoder Imputer Scaler Binarizer Flatten Reshape Squeeze Unsqueeze CategoryMapper`.split(/\s+/),
);
const pairs = new Set(
  'Add Sub Mul Div Pow Min Max Mod Greater Less Equal GreaterOrEqual LessOrEqual And Or Xor Where'.split(' '),
);

function originsOf(decoded: DecodedModel, node: NodeProto, of: ColumnOrigins['of']): Origins | undefined {
  const { opType, input } = node;
  if (single.has(opType)) return of(input[0]!);
  if (pairs.has(opType)) return merge(input.map((name) => of(name)));
  if (opType === 'Concat') {
    const axis = intOf(node, 'axis', 0);
    return axis === 1 || axis === -1 ? joined(input.map((name) => of(name))) : undefined;
  }
  if (opType === 'FeatureVectorizer') return joined(input.map((name) => of(name)));
  if (opType === 'OneHotEncoder') {
    const texts = attribute(node, 'cats_strings')?.strings.length ?? 0;
    const slots = texts || (attribute(node, 'cats_int64s')?.ints.length ?? 0);
    return of(input[0]!)?.flatMap((origin) => new Array<number>(slots).fill(origin));
  }
  if (opType === 'Gather') return gathered(decoded, node, of);
  if (opType === 'ArrayFeatureExtractor') return picked(decoded, node, of);
  return undefined;
}

function joined(parts: (Origins | undefined)[]): Origins | undefined {
  return parts.every((part) => part !== undefined) ? parts.flat() : undefined;
}

function merge(parts: (Origins | undefined)[]): Origins | undefined {
  if (parts.some((part) => part === undefined)) return undefined;
  const known = parts as Origins[];
  const width = Math.max(...known.map((part) => part.length));
  if (known.some((part) => part.length !== width && part.length !== 1)) return undefined;
  return Array.from({ length: width }, (_, at) =>
    known.reduce((all, part) => both(all, part[part.length === 1 ? 0 : at]!), fixed),
  );
}

function both(a: number, b: number): number {
  if (a === fixed || a === b) return b;
  return b === fixed ? a : mixed;
}

/** Rows of a table by codes: each code gives as many columns as the table is wide; or columns by fixed places. */
function gathered(decoded: DecodedModel, node: NodeProto, of: ColumnOrigins['of']): Origins | undefined {
  const [data, places] = node.input as [string, string];
  const axis = intOf(node, 'axis', 0);
  const table = decoded.constants.get(data);
  if (table && axis === 0) {
    const width = table.dims.slice(1).reduce((size, dim) => size * Number(dim), 1);
    return of(places)?.flatMap((origin) => new Array<number>(width).fill(origin));
  }
  return axis === 1 || axis === -1 ? picked(decoded, node, of) : undefined;
}

function picked(decoded: DecodedModel, node: NodeProto, of: ColumnOrigins['of']): Origins | undefined {
  const [data, places] = node.input as [string, string];
  const constant = decoded.constants.get(places);
  const at = constant && numbersIn(constant)?.values;
  const origins = of(data);
  if (!at || !origins) return undefined;
  const chosen = Array.from(at, (place) => origins[place < 0 ? place + origins.length : place]);
  return chosen.every((origin) => origin !== undefined) ? (chosen as number[]) : undefined;
}
