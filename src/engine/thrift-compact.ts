/** Types of Thrift's compact protocol that Parquet's metadata is written in. */
const types = { true: 1, false: 2, i32: 5, i64: 6, binary: 8, list: 9, struct: 12 } as const;

/** A value with its type. */
export type ThriftValue =
  | { i32: number }
  | { i64: number }
  | { text: string }
  | { flag: boolean }
  | { list: readonly ThriftValue[] }
  | { struct: ThriftStruct };

/** Fields of a struct by their number; those undefined are left out. */
export type ThriftStruct = Readonly<Record<number, ThriftValue | undefined>>;

/** Writes a struct in Thrift's compact protocol (thrift-compact-protocol.md); whole numbers up to 2^53. */
export function writeThrift(struct: ThriftStruct): Buffer {
  const bytes: number[] = [];
  writeStruct(bytes, struct);
  return Buffer.from(bytes);
}

function writeStruct(bytes: number[], struct: ThriftStruct): void {
  let last = 0;
  // Names that are whole numbers come in their order.
  for (const [name, value] of Object.entries(struct)) {
    if (value === undefined) continue;
    const field = Number(name);
    bytes.push(((field - last) << 4) | typeOf(value));
    last = field;
    if (!('flag' in value)) writeValue(bytes, value);
  }
  bytes.push(0);
}

function typeOf(value: ThriftValue): number {
  if ('i32' in value) return types.i32;
  if ('i64' in value) return types.i64;
  if ('text' in value) return types.binary;
  if ('flag' in value) return value.flag ? types.true : types.false;
  return 'list' in value ? types.list : types.struct;
}

function writeValue(bytes: number[], value: ThriftValue): void {
  if ('i32' in value) writeVarint(bytes, value.i32 * 2);
  else if ('i64' in value) writeVarint(bytes, value.i64 * 2);
  else if ('text' in value) {
    const text = Buffer.from(value.text, 'utf8');
    writeVarint(bytes, text.length);
    bytes.push(...text);
  } else if ('struct' in value) writeStruct(bytes, value.struct);
  else if ('list' in value) {
    const { list } = value;
    const type = list.length === 0 ? types.struct : typeOf(list[0]!);
    if (list.length < 15) bytes.push((list.length << 4) | type);
    else {
      bytes.push(0xf0 | type);
      writeVarint(bytes, list.length);
    }
    for (const one of list) writeValue(bytes, one);
  }
}

/** A whole number of seven bits a byte, the least first. */
export function writeVarint(bytes: number[], value: number): void {
  let rest = value;
  while (rest >= 128) {
    bytes.push((rest % 128) | 128);
    rest = Math.floor(rest / 128);
  }
  bytes.push(rest);
}
