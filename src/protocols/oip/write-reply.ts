import type { Inferred, InferredTensor } from '../../domains/serving/index.ts';
import { Reply } from '../../http/route.ts';
import { fail } from '../../kernel/errors.ts';
import { classify } from './classify.ts';
import { datatypeOf, isRawOnly } from './datatypes.ts';
import type { InferRequest } from './infer-request.ts';
import { writeRaw } from './raw-tensors.ts';

/** What a reply repeats of its request. */
export interface Replying extends Pick<InferRequest, 'outputs' | 'binaryByDefault'> {
  model: string;
  id: string;
}

/** Writes an inference response; with binary outputs the JSON header comes first and its length in a header of HTTP. */
export function writeReply(inferred: Inferred, request: Replying): Reply {
  const binary: Buffer[] = [];
  // By hand: the shape is fixed, and a general writer costs more than the model.
  let head = `{"model_name":${JSON.stringify(request.model)},"model_version":"${inferred.version}","id":${JSON.stringify(request.id)},"parameters":{"variant":${JSON.stringify(inferred.variant)}},"outputs":[`;
  for (let at = 0; at < inferred.outputs.length; at++) {
    const asked = request.outputs?.[at];
    const given = inferred.outputs[at]!;
    const tensor = asked?.classes ? classify(given, asked.classes, inferred) : given;
    const { name, type, tail } = tensor;
    const shape = [inferred.rows, ...tail].join();
    head += `${at === 0 ? '' : ','}{"name":${JSON.stringify(name)},"datatype":"${datatypeOf(type)}","shape":[${shape}],`;
    if (asked?.binary ?? request.binaryByDefault) {
      const bytes = writeRaw(tensor);
      binary.push(bytes);
      head += `"parameters":{"binary_data_size":${bytes.length}}}`;
    } else head += `"data":${writeValues(tensor)}}`;
  }
  head += ']}';
  const by = { 'x-tidemill-version': String(inferred.version), 'x-tidemill-variant': inferred.variant };
  if (binary.length === 0) return new Reply(head, 200, { 'content-type': 'application/json', ...by });
  const bytes = Buffer.from(head, 'utf8');
  return new Reply(Buffer.concat([bytes, ...binary]), 200, {
    'content-type': 'application/octet-stream',
    'inference-header-content-length': String(bytes.length),
    ...by,
  });
}

/** Values as JSON; those that are not finite as the bare words that clients of this protocol read. */
function writeValues({ name, type, data }: InferredTensor): string {
  if (isRawOnly(type)) {
    const cure = 'Ask for it with the parameter binary_data.';
    fail('invalid_input', `Output '${name}' is ${datatypeOf(type)}, which is sent as raw bytes only. ${cure}`, {
      field: name,
      cure,
    });
  }
  if (Array.isArray(data)) return JSON.stringify(data);
  let text = '[';
  for (let at = 0; at < data.length; at++) {
    const value = data[at]!;
    if (at > 0) text += ',';
    if (type === 'bool') text += value ? 'true' : 'false';
    else text += Object.is(value, -0) ? '-0' : value;
  }
  return `${text}]`;
}
