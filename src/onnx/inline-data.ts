import { fromBinary, toBinary } from '@bufbuild/protobuf';
import { fail } from '../kernel/errors.ts';
import { defaultModelLimits, type ModelLimits } from './check.ts';
import { ModelProtoSchema, type TensorProto, TensorProto_DataLocation } from './generated/onnx-ml_pb.ts';
import { readOutline } from './outline.ts';
import { walkModel } from './walk.ts';

/** Gives the bytes of a file that lies beside a model, by the name the model calls it; nothing where there is none. */
export type ReadBeside = (location: string) => Promise<Uint8Array | undefined>;

/**
 * Puts the data that a model keeps in files beside it (ONNX external data: location, offset, length) into the model itself, so
 * that it needs no file but its own. A model without such data is given back as it is; data that is not there stays where
 * it is, for `checkModel` to refuse. Fails with `invalid_model` on ranges outside the file and on results over the limit.
 */
export async function inlineData(
  bytes: Uint8Array,
  read: ReadBeside,
  limits: ModelLimits = defaultModelLimits,
): Promise<Uint8Array> {
  const outside: TensorProto[] = [];
  walkModel(readOutline(bytes), { tensor: (tensor) => isOutside(tensor) && outside.push(tensor) });
  if (outside.length === 0) return bytes;
  const files = await readFiles(outside, read);
  const model = fromBinary(ModelProtoSchema, bytes);
  let total = bytes.length;
  walkModel(model, {
    tensor: (tensor, where) => {
      const file = isOutside(tensor) ? files.get(entryOf(tensor, 'location')) : undefined;
      if (!file) return;
      const data = partOf(file, tensor, where);
      total += data.length;
      // Many tensors may name the same bytes: the sum is what counts.
      if (total > limits.bytes) refuse(`has more than ${limits.bytes} bytes with the data beside it`);
      tensor.rawData = data;
      tensor.dataLocation = TensorProto_DataLocation.DEFAULT;
      tensor.externalData = [];
    },
  });
  return toBinary(ModelProtoSchema, model);
}

function isOutside(tensor: TensorProto): boolean {
  return tensor.dataLocation === TensorProto_DataLocation.EXTERNAL;
}

function entryOf(tensor: TensorProto, key: string): string {
  return tensor.externalData.find((entry) => entry.key === key)?.value ?? '';
}

async function readFiles(tensors: TensorProto[], read: ReadBeside): Promise<Map<string, Uint8Array>> {
  const files = new Map<string, Uint8Array>();
  for (const location of new Set(tensors.map((tensor) => entryOf(tensor, 'location')))) {
    const file = await read(location);
    if (file) files.set(location, file);
  }
  return files;
}

function partOf(file: Uint8Array, tensor: TensorProto, where: string): Uint8Array {
  const offset = numberOf(entryOf(tensor, 'offset') || '0');
  const length = numberOf(entryOf(tensor, 'length') || String(file.length - offset));
  if (!(offset >= 0 && length >= 0 && offset + length <= file.length)) {
    refuse(`names bytes for ${where} that the file beside it does not have`);
  }
  return file.subarray(offset, offset + length);
}

function numberOf(text: string): number {
  return /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
}

function refuse(what: string): never {
  return fail('invalid_model', `The model ${what}.`, { field: 'model', cure: 'Save it again, with its data.' });
}
