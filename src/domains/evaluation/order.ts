const radixBits = 16;
const buckets = 1 << radixBits;
const comparisonRows = 20_000;

/**
 * Positions of the values from smallest to largest, equal ones in their order; NaN comes last. Radix sort on the bits
 * of the doubles (four passes of 16 bits), linear in the number of rows.
 */
export function ascendingOrder(values: Float64Array): Uint32Array {
  const order = new Uint32Array(values.length);
  for (let i = 0; i < order.length; i++) order[i] = i;
  if (values.length <= comparisonRows) return order.sort((a, b) => compare(values[a]!, values[b]!) || a - b);
  const keys = sortableKeys(values);
  let from = order;
  let to = new Uint32Array(values.length);
  for (let pass = 0; pass < 4; pass++) {
    if (countingPass(keys, pass, { from, to })) [from, to] = [to, from];
  }
  return from;
}

function compare(a: number, b: number): number {
  if (a < b) return -1;
  if (a > b) return 1;
  return Number(Number.isNaN(a)) - Number(Number.isNaN(b));
}

/** The four 16-bit digits of each value, least significant first, such that digit order is value order. */
function sortableKeys(values: Float64Array): Uint16Array {
  const normal = values.map((value) => (value === 0 ? 0 : value));
  const digits = new Uint16Array(normal.buffer);
  for (let i = 0; i < values.length; i++) {
    const at = i * 4;
    if (Number.isNaN(values[i])) digits.fill(0xffff, at, at + 4);
    else if (digits[at + 3]! & 0x8000) for (let d = 0; d < 4; d++) digits[at + d]! ^= 0xffff;
    else digits[at + 3]! ^= 0x8000;
  }
  return digits;
}

/** Sorts by one digit; false (and nothing done) when all rows share it. */
function countingPass(keys: Uint16Array, pass: number, arrays: { from: Uint32Array; to: Uint32Array }): boolean {
  const { from, to } = arrays;
  const counts = new Uint32Array(buckets);
  for (let i = pass; i < keys.length; i += 4) counts[keys[i]!]!++;
  if (counts[keys[pass]!] === from.length) return false;
  let start = 0;
  for (let digit = 0; digit < buckets; digit++) {
    const count = counts[digit]!;
    counts[digit] = start;
    start += count;
  }
  for (let i = 0; i < from.length; i++) {
    const row = from[i]!;
    to[counts[keys[row * 4 + pass]!]!++] = row;
  }
  return true;
}
