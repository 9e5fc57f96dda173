import { fail } from '../../kernel/errors.ts';

/** The numbers at some positions, as a new array of the same kind. */
export function takeValues<A extends Float64Array | Int32Array | Uint8Array>(values: A, rows: Int32Array): A {
  const taken = new (values.constructor as new (length: number) => A)(rows.length);
  for (let i = 0; i < rows.length; i++) taken[i] = values[rows[i]!]!;
  return taken;
}

/** The weight of each row: its own times the factor, where given; null when all rows count the same. */
export function combineWeights(own: Float64Array | undefined, factor: Float64Array | undefined): Float64Array | null {
  if (own === undefined || factor === undefined) return own ?? factor ?? null;
  return own.map((weight, row) => weight * factor[row]!);
}

/** Fails with `invalid_input` when arrays that describe the same rows differ in length or weights are not usable. */
export function checkLengths(rows: number, arrays: Record<string, { length: number } | undefined>): void {
  for (const [field, array] of Object.entries(arrays)) {
    if (array === undefined || array.length === rows) continue;
    fail('invalid_input', `'${field}' has ${array.length} values for ${rows} rows.`, {
      field,
      value: array.length,
      cure: 'Give one value a row.',
    });
  }
}

/** Fails with `invalid_input` when a weight is negative or not finite. */
export function checkWeights(weights: Float64Array | undefined): void {
  const bad = weights?.findIndex((weight) => !(weight >= 0 && weight < Number.POSITIVE_INFINITY)) ?? -1;
  if (bad < 0) return;
  fail('invalid_input', `Weight ${weights![bad]} of row ${bad} is not a finite number of 0 or more.`, {
    field: `weights[${bad}]`,
    value: weights![bad],
    cure: 'Give weights of 0 or more.',
  });
}
