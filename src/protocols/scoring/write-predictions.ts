import type { Inferred } from '../../domains/serving/index.ts';
import type { JsonValue } from '../../kernel/json.ts';

type InferredTensor = Inferred['outputs'][number];

/**
 * Predictions as scoring protocols write them: one output is a list of its values; several are an object a row
 * (`asRecords`), or lists by name.
 */
export function toPredictions({ outputs, rows }: Inferred, asRecords: boolean): JsonValue {
  if (outputs.length === 1) return linesOf(outputs[0]!, rows);
  const columns = outputs.map((output) => [output.name, linesOf(output, rows)] as const);
  if (!asRecords) return Object.fromEntries(columns);
  return Array.from({ length: rows }, (_, row) =>
    Object.fromEntries(columns.map(([name, lines]) => [name, lines[row]!])),
  );
}

/** One value or nested list a row. */
function linesOf({ data, tail, type }: InferredTensor, rows: number): JsonValue[] {
  let values: JsonValue[] =
    type === 'bool' ? Array.from(data as Uint8Array, Boolean) : Array.from(data as ArrayLike<number>);
  for (let axis = tail.length - 1; axis >= 0; axis--) values = inParts(values, tail[axis]!);
  return tail.includes(0) ? Array.from({ length: rows }, () => []) : values;
}

function inParts(values: JsonValue[], size: number): JsonValue[] {
  const parts: JsonValue[] = [];
  if (size === 0) return parts;
  for (let at = 0; at < values.length; at += size) parts.push(values.slice(at, at + size));
  return parts;
}
