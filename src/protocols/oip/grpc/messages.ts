/** A 64-bit integer as the codec gives it. */
export interface Long {
  low: number;
  high: number;
  unsigned: boolean;
}

/** A parameter: one of its fields. */
export interface InferParameter {
  bool_param?: boolean;
  int64_param?: Long | number;
  string_param?: string;
  double_param?: number;
  uint64_param?: Long | number;
}

/** Values of a tensor in the field of its datatype. */
export interface Contents {
  bool_contents?: boolean[];
  int_contents?: number[];
  int64_contents?: (Long | number)[];
  uint_contents?: number[];
  uint64_contents?: (Long | number)[];
  fp32_contents?: number[];
  fp64_contents?: number[];
  bytes_contents?: Uint8Array[];
}

/** The parameters of a message, by name. */
export type ParameterMap = Record<string, InferParameter>;

/** One input of a request. */
export interface InputMessage {
  name?: string;
  datatype?: string;
  shape?: (Long | number)[];
  parameters?: ParameterMap;
  contents?: Contents | null;
}

/** A request for inference. */
export interface InferMessage {
  model_name?: string;
  model_version?: string;
  id?: string;
  parameters?: ParameterMap;
  inputs?: InputMessage[];
  outputs?: { name?: string; parameters?: ParameterMap }[];
  raw_input_contents?: Uint8Array[];
}

/** One output of a response. */
export interface OutputMessage {
  name: string;
  datatype: string;
  shape: number[];
  contents?: Contents;
}

/** The response to a request for inference. */
export interface InferResponseMessage {
  model_name: string;
  model_version?: string;
  id: string;
  parameters?: ParameterMap;
  outputs?: OutputMessage[];
  raw_output_contents?: Uint8Array[];
}

/** A request that names a model and perhaps a version; empty text is none. */
export interface ModelMessage {
  name?: string;
  version?: string;
}

/** A 64-bit integer as a number where that is exact, else as a bigint. */
export function fromLong(value: Long | number): number | bigint {
  if (typeof value === 'number') return value;
  const { low, high, unsigned } = value;
  const number = (unsigned ? high >>> 0 : high) * 2 ** 32 + (low >>> 0);
  if (Number.isSafeInteger(number)) return number;
  return (BigInt(unsigned ? high >>> 0 : high) << 32n) | BigInt(low >>> 0);
}

/** A 64-bit integer as the codec takes it. */
export function toLong(value: bigint, unsigned: boolean): Long {
  return { low: Number(BigInt.asIntN(32, value)), high: Number(BigInt.asIntN(32, value >> 32n)), unsigned };
}
