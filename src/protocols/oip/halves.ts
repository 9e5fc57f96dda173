/** Values of 16-bit floats (`float16`: IEEE 754 binary16; `bfloat16`: the upper half of binary32), each exact in float32. */
export function widen(type: 'float16' | 'bfloat16', bits: Uint16Array): Float32Array {
  const words = new Uint32Array(bits.length);
  const wide = type === 'float16' ? wideFloat16 : (half: number) => (half << 16) >>> 0;
  for (let at = 0; at < bits.length; at++) words[at] = wide(bits[at]!);
  return new Float32Array(words.buffer);
}

/** The nearest 16-bit floats, ties to even; too large is infinite, NaN stays NaN. */
export function narrow(type: 'float16' | 'bfloat16', values: Float32Array): Uint16Array {
  const words = new Uint32Array(values.buffer, values.byteOffset, values.length);
  const half = new Uint16Array(values.length);
  const narrowed = type === 'float16' ? narrowFloat16 : narrowBfloat16;
  for (let at = 0; at < half.length; at++) half[at] = narrowed(words[at]!);
  return half;
}

function wideFloat16(half: number): number {
  const sign = (half & 0x8000) << 16;
  const exponent = (half >>> 10) & 0x1f;
  const fraction = half & 0x3ff;
  if (exponent === 0x1f) return (sign | 0x7f800000 | (fraction << 13)) >>> 0;
  if (exponent > 0) return (sign | ((exponent + 112) << 23) | (fraction << 13)) >>> 0;
  if (fraction === 0) return sign >>> 0;
  // A subnormal: its highest bit becomes the implicit one.
  const shift = Math.clz32(fraction) - 21;
  return (sign | ((113 - shift) << 23) | (((fraction << shift) & 0x3ff) << 13)) >>> 0;
}

function narrowFloat16(word: number): number {
  const sign = (word >>> 16) & 0x8000;
  const rest = word & 0x7fffffff;
  if (rest > 0x7f800000) return sign | 0x7e00;
  if (rest >= 0x477ff000) return sign | 0x7c00;
  if (rest >= 0x38800000) return sign | roundShift(rest - 0x38000000, 13);
  if (rest < 0x33000000) return sign;
  const fraction = (rest & 0x7fffff) | 0x800000;
  return sign | roundShift(fraction, 126 - (rest >>> 23));
}

function narrowBfloat16(word: number): number {
  if ((word & 0x7fffffff) > 0x7f800000) return ((word >>> 16) & 0x8000) | 0x7fc0;
  return roundShift(word, 16) & 0xffff;
}

/** Drops the lowest bits, rounding to the nearest, ties to even. */
function roundShift(word: number, bits: number): number {
  const kept = word >>> bits;
  const lost = word - kept * 2 ** bits;
  const half = 2 ** (bits - 1);
  return lost > half || (lost === half && (kept & 1) === 1) ? kept + 1 : kept;
}
