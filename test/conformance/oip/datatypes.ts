/** A value of any datatype as a test holds it: integers of 64 bits are bigints, 16-bit floats are their bits. */
export type Value = number | bigint | boolean | string;

/** A datatype of the protocol with its raw form, written here anew so that the server is not checked by itself. */
export interface Datatype {
  name: string;
  /** Values at and around the edges. */
  edges: Value[];
  write(value: Value): Buffer;
  /** The next value and the bytes it took. */
  read(bytes: Buffer, at: number): [Value, number];
  /** A value made of random bits. */
  random(bits: () => number): Value;
  /** Whether JSON and typed contents have no form for it. */
  rawOnly: boolean;
  contents: string;
}

type Kind =
  | 'Int8'
  | 'UInt8'
  | 'Int16LE'
  | 'UInt16LE'
  | 'Int32LE'
  | 'UInt32LE'
  | 'BigInt64LE'
  | 'BigUInt64LE'
  | 'FloatLE'
  | 'DoubleLE';

function fixed(name: string, kind: Kind, more: Pick<Datatype, 'edges' | 'contents'> & { rawOnly?: boolean }): Datatype {
  const size = kind.includes('8') ? 1 : kind.includes('16') ? 2 : /64|Double/.test(kind) ? 8 : 4;
  const read = (bytes: Buffer, at: number): [Value, number] => [bytes[`read${kind}`](at), size];
  return {
    name,
    rawOnly: false,
    ...more,
    read,
    write(value) {
      const bytes = Buffer.alloc(size);
      // JSON has one sort of number, so that a test may hold a value as the other one.
      const number = kind.startsWith('Big') ? BigInt(value) : Number(value);
      (bytes[`write${kind}`] as (value: Value) => number)(number);
      return bytes;
    },
    random(bits) {
      const bytes = Buffer.alloc(8);
      for (let at = 0; at < 8; at++) bytes[at] = bits();
      const [value] = read(bytes, 0);
      return Number.isNaN(value) ? Number.NaN : value;
    },
  };
}

const ints = (contents: string, ...edges: Value[]) => ({ edges, contents });
const floats = [0, -0, 1.5, -2.25, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];

/** All datatypes of the protocol. */
export const datatypes: Datatype[] = [
  {
    name: 'BOOL',
    edges: [true, false, true],
    contents: 'bool_contents',
    rawOnly: false,
    write: (value) => Buffer.of(value ? 1 : 0),
    read: (bytes, at) => [bytes[at] === 1, 1],
    random: (bits) => bits() % 2 === 1,
  },
  fixed('UINT8', 'UInt8', ints('uint_contents', 0, 1, 255)),
  fixed('UINT16', 'UInt16LE', ints('uint_contents', 0, 1, 65_535)),
  fixed('UINT32', 'UInt32LE', ints('uint_contents', 0, 1, 4_294_967_295)),
  fixed('UINT64', 'BigUInt64LE', ints('uint64_contents', 0n, 2n ** 53n + 1n, 2n ** 63n, 2n ** 64n - 1n)),
  fixed('INT8', 'Int8', ints('int_contents', 0, 127, -128)),
  fixed('INT16', 'Int16LE', ints('int_contents', 0, 32_767, -32_768)),
  fixed('INT32', 'Int32LE', ints('int_contents', 0, 2_147_483_647, -2_147_483_648)),
  fixed('INT64', 'BigInt64LE', ints('int64_contents', 0n, -(2n ** 53n) - 1n, 2n ** 63n - 1n, -(2n ** 63n))),
  fixed('FP32', 'FloatLE', {
    edges: [...floats, Math.fround(0.1), 2 ** -149, 3.4028234663852886e38],
    contents: 'fp32_contents',
  }),
  fixed('FP64', 'DoubleLE', { edges: [...floats, 0.1, 5e-324, Number.MAX_VALUE], contents: 'fp64_contents' }),
  // Zeros, one, the least and largest numbers, infinities and a number with every part set.
  fixed('FP16', 'UInt16LE', {
    edges: [0, 0x8000, 0x3c00, 1, 0x03ff, 0x7bff, 0x7c00, 0xfc00, 0xd6b5],
    contents: '',
    rawOnly: true,
  }),
  fixed('BF16', 'UInt16LE', {
    edges: [0, 0x8000, 0x3f80, 1, 0x007f, 0x7f7f, 0x7f80, 0xff80, 0xc2b5],
    contents: '',
    rawOnly: true,
  }),
  {
    name: 'BYTES',
    edges: ['', 'a', 'ä€😀', '"\\\n\u2028\u0001', 'x'.repeat(3000)],
    contents: 'bytes_contents',
    rawOnly: false,
    write(value) {
      const text = Buffer.from(String(value));
      const length = Buffer.alloc(4);
      length.writeUInt32LE(text.length);
      return Buffer.concat([length, text]);
    },
    read(bytes, at) {
      const length = bytes.readUInt32LE(at);
      return [bytes.toString('utf8', at + 4, at + 4 + length), 4 + length];
    },
    random: (bits) =>
      String.fromCodePoint(...Array.from({ length: bits() % 12 }, () => 1 + bits() * (bits() % 300))).toWellFormed(),
  },
];

/** A datatype by its name. */
export function datatypeOf(name: string): Datatype {
  return datatypes.find((one) => one.name === name)!;
}

/** Values as raw bytes. */
export function writeAll(datatype: Datatype, values: readonly Value[]): Buffer {
  return Buffer.concat(values.map((value) => datatype.write(value)));
}

/** Raw bytes as values. */
export function readAll(datatype: Datatype, bytes: Buffer): Value[] {
  const values: Value[] = [];
  for (let at = 0; at < bytes.length; ) {
    const [value, size] = datatype.read(bytes, at);
    values.push(value);
    at += size;
  }
  return values;
}
