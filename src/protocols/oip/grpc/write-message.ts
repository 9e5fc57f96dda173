import type { Inferred, InferredTensor } from '../../../domains/serving/index.ts';
import { classify } from '../classify.ts';
import { datatypeOf, isRawOnly } from '../datatypes.ts';
import { writeRaw } from '../raw-tensors.ts';
import { type Contents, type InferResponseMessage, type OutputMessage, toLong } from './messages.ts';
import { contentsField, type GrpcRequest } from './read-message.ts';

/** What a response repeats of its request. */
export type Replying = Pick<GrpcRequest, 'outputs' | 'isRaw'> & { model: string; id: string };

/** Makes the response: raw where the request was, or where an output has no typed form. */
export function writeMessage(inferred: Inferred, request: Replying): InferResponseMessage {
  const tensors = inferred.outputs.map((tensor, at) => {
    const classes = request.outputs?.[at]?.classes;
    return classes ? classify(tensor, classes, inferred) : tensor;
  });
  const isRaw = request.isRaw || tensors.some(({ type }) => isRawOnly(type));
  const outputs = tensors.map((tensor): OutputMessage => {
    const { name, type, tail } = tensor;
    const output = { name, datatype: datatypeOf(type), shape: [inferred.rows, ...tail] };
    return isRaw ? output : { ...output, contents: contentsOf(tensor) };
  });
  return {
    model_name: request.model,
    model_version: String(inferred.version),
    id: request.id,
    parameters: { variant: { string_param: inferred.variant } },
    outputs,
    ...(isRaw && { raw_output_contents: tensors.map(writeRaw) }),
  };
}

function contentsOf({ type, data }: InferredTensor): Contents {
  return { [contentsField(type)!]: valuesOf({ type, data }) };
}

function valuesOf({ type, data }: Pick<InferredTensor, 'type' | 'data'>): unknown[] {
  if (Array.isArray(data)) return data.map((text) => Buffer.from(text, 'utf8'));
  if (data instanceof BigInt64Array) return Array.from(data, (value) => toLong(value, false));
  if (data instanceof BigUint64Array) return Array.from(data, (value) => toLong(value, true));
  return type === 'bool' ? Array.from(data, Boolean) : Array.from(data as Float64Array);
}
