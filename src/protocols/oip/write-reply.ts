import type { Inferred } from '../../domains/serving/index.ts';
import { Reply } from '../../http/route.ts';
import { stringifyJson } from '../../kernel/json.ts';
import { datatypeOf, writeBinary } from './datatypes.ts';

/** Writes an inference response; with binary outputs the JSON header comes first and its length in a header of HTTP. */
export function writeReply(
  inferred: Inferred,
  request: { model: string; id: string; isBinary(output: string): boolean },
): Reply {
  const binary: Buffer[] = [];
  const outputs = Object.entries(inferred.outputs).map(([name, { data, tail, type }]) => {
    const output = { name, datatype: datatypeOf(type), shape: [inferred.rows, ...tail] };
    if (!request.isBinary(name))
      return { ...output, data: type === 'bool' ? Array.from(data as Uint8Array, Boolean) : data };
    const bytes = writeBinary(data);
    binary.push(bytes);
    return { ...output, parameters: { binary_data_size: bytes.length } };
  });
  const parameters = { variant: inferred.variant };
  const version = String(inferred.version);
  const head = stringifyJson({
    model_name: request.model,
    model_version: version,
    id: request.id,
    parameters,
    outputs,
  });
  if (binary.length === 0) return new Reply(head, 200, { 'content-type': 'application/json' });
  const bytes = Buffer.from(head, 'utf8');
  return new Reply(Buffer.concat([bytes, ...binary]), 200, {
    'content-type': 'application/octet-stream',
    'inference-header-content-length': String(bytes.length),
  });
}
