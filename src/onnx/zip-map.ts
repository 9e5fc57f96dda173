import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { elementTypeNumbers } from './element-types.ts';
import {
  type NodeProto,
  NodeProtoSchema,
  StringStringEntryProtoSchema,
  TypeProtoSchema,
  ValueInfoProtoSchema,
} from './generated/onnx-ml_pb.ts';
import { readOutline } from './outline.ts';
import { rewriteFields, rewriteModel } from './rewrite.ts';

const graphOfModel = 7;
const metadataOfModel = 14;
const nodeOfGraph = 1;
const outputOfGraph = 12;

/**
 * Turns outputs that are lists of maps (ZipMap, as scikit-learn exports probabilities) into the float tensors
 * `[N, classes]` below them, under the same output names; the class labels go to the metadata entry `classes` as JSON.
 * A model without ZipMap is given back as it is. All other bytes stay. Fails with `invalid_model` as `inspectModel`.
 */
export function dropZipMap(bytes: Uint8Array): Uint8Array {
  const model = readOutline(bytes);
  const zipped = new Set(model.graph!.node.filter(isZipMap).flatMap((node) => node.output));
  if (zipped.size === 0) return bytes;
  const classes: string[] = [];
  const rewritten = rewriteModel(bytes, (no, body) =>
    no === graphOfModel
      ? rewriteFields(body, (field, part) => rewriteGraphField(field, part, { zipped, classes }))
      : body,
  );
  if (classes.length === 0 || model.metadataProps.some((entry) => entry.key === 'classes')) return rewritten;
  const entry = create(StringStringEntryProtoSchema, { key: 'classes', value: classes[0]! });
  const tail = new BinaryWriter()
    .tag(metadataOfModel, WireType.LengthDelimited)
    .bytes(toBinary(StringStringEntryProtoSchema, entry))
    .finish();
  return Buffer.concat([rewritten, tail]);
}

function isZipMap(node: NodeProto): boolean {
  return node.opType === 'ZipMap' && node.domain === 'ai.onnx.ml';
}

interface Found {
  zipped: Set<string>;
  classes: string[];
}

function rewriteGraphField(no: number, body: Uint8Array, found: Found): Uint8Array {
  if (no === nodeOfGraph && nodeMayBeZipMap(body)) {
    const node = fromBinary(NodeProtoSchema, body);
    if (!isZipMap(node)) return body;
    const text = new TextDecoder();
    const labels = node.attribute.flatMap((attribute): (string | number)[] =>
      attribute.name === 'classlabels_int64s'
        ? attribute.ints.map(Number)
        : attribute.strings.map((label) => text.decode(label)),
    );
    found.classes.push(JSON.stringify(labels));
    return toBinary(
      NodeProtoSchema,
      create(NodeProtoSchema, { opType: 'Identity', name: node.name, input: node.input, output: node.output }),
    );
  }
  if (no === outputOfGraph) {
    const output = fromBinary(ValueInfoProtoSchema, body);
    if (!found.zipped.has(output.name)) return body;
    const shape = { dim: [{}, {}] };
    output.type = create(TypeProtoSchema, {
      value: { case: 'tensorType', value: { elemType: elementTypeNumbers.float32, shape } },
    });
    return toBinary(ValueInfoProtoSchema, output);
  }
  return body;
}

const zipMapName = Buffer.from('ZipMap');

/** A quick look, so that the one node that holds a whole forest is not decoded. */
function nodeMayBeZipMap(body: Uint8Array): boolean {
  return body.length < 1 << 20 && Buffer.from(body.buffer, body.byteOffset, body.length).includes(zipMapName);
}
