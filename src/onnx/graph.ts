import { create, toBinary } from '@bufbuild/protobuf';
import { fail } from '../kernel/errors.ts';
import { type Attribute, attributeOf, tensorProtoOf } from './attributes.ts';
import { elementTypeNumbers } from './element-types.ts';
import {
  type GraphProto,
  GraphProtoSchema,
  ModelProtoSchema,
  type NodeProto,
  NodeProtoSchema,
  StringStringEntryProtoSchema,
  type TensorProto,
  TypeProtoSchema,
  type ValueInfoProto,
  ValueInfoProtoSchema,
} from './generated/onnx-ml_pb.ts';
import { type Tensor, type TensorType, tensor } from './tensor.ts';

/** A tensor inside a graph that is being built. */
export interface Value {
  readonly name: string;
}

/** One node to add: the operator, its operands (null leaves an optional one out) and its attributes. */
export interface NodeSpec {
  op: string;
  domain?: '' | 'ai.onnx.ml';
  inputs: readonly (Value | null)[];
  attributes?: Record<string, Attribute | undefined>;
  /** How many results the node has; 1 when left out. */
  results?: number;
}

/** What a finished model says about itself. */
export interface ModelHeader {
  producerVersion: string;
  metadata?: Record<string, string>;
  /** Version of `ai.onnx.ml` to import; 3 unless an operator needs more. */
  mlOpset?: number;
}

const irVersion = 8n;
const opset = 17n;

/** A dimension of an input or output: a size, or a name for one that varies. */
export type Dimension = number | string;

/** Builds one ONNX graph node by node and encodes it: operator set 17 and `ai.onnx.ml` 3, IR version 8. */
export class Graph {
  readonly #inputs: ValueInfoProto[] = [];
  readonly #outputs: ValueInfoProto[] = [];
  readonly #nodes: NodeProto[] = [];
  readonly #constants: TensorProto[] = [];
  readonly #names = new Set<string>();

  /** Declares an input; its name must be new in this graph. */
  input(name: string, type: TensorType, shape: readonly Dimension[]): Value {
    this.#claim(name);
    this.#inputs.push(valueInfo(name, type, shape));
    return { name };
  }

  /** Adds a constant. */
  constant(value: Tensor): Value {
    const name = this.#fresh('constant');
    this.#constants.push(tensorProtoOf(name, value));
    return { name };
  }

  /** Adds a constant of plain values. */
  constantOf(type: TensorType, dims: readonly number[], values: ArrayLike<unknown>): Value {
    return this.constant(tensor(type, dims, values));
  }

  /** Adds a node and gives its results. */
  node(spec: NodeSpec): Value[] {
    const results = Array.from({ length: spec.results ?? 1 }, () => ({ name: this.#fresh(spec.op) }));
    const attribute = Object.entries(spec.attributes ?? {}).flatMap(([name, value]) =>
      value === undefined ? [] : [attributeOf(name, value)],
    );
    this.#nodes.push(
      create(NodeProtoSchema, {
        opType: spec.op,
        domain: spec.domain ?? '',
        name: `n${this.#nodes.length}`,
        input: spec.inputs.map((value) => value?.name ?? ''),
        output: results.map((value) => value.name),
        attribute,
      }),
    );
    return results;
  }

  /** Declares a value as an output under a name of its own. */
  output(value: Value, name: string, spec: { type: TensorType; shape: readonly Dimension[] }): void {
    this.#claim(name);
    this.#nodes.push(
      create(NodeProtoSchema, {
        opType: 'Identity',
        name: `n${this.#nodes.length}`,
        input: [value.name],
        output: [name],
      }),
    );
    this.#outputs.push(valueInfo(name, spec.type, spec.shape));
  }

  /** Whether a name is already an input, an output or an inner value. */
  has(name: string): boolean {
    return this.#names.has(name);
  }

  /** Encodes the model as `.onnx` bytes. */
  build(header: ModelHeader): Uint8Array {
    if (this.#outputs.length === 0) fail('internal', 'A graph needs an output.');
    const model = create(ModelProtoSchema, {
      irVersion,
      producerName: 'tidemill',
      producerVersion: header.producerVersion,
      opsetImport: [
        { domain: '', version: opset },
        { domain: 'ai.onnx.ml', version: BigInt(header.mlOpset ?? 3) },
      ],
      graph: this.#graph(),
      metadataProps: Object.entries(header.metadata ?? {}).map(([key, value]) =>
        create(StringStringEntryProtoSchema, { key, value }),
      ),
    });
    return toBinary(ModelProtoSchema, model);
  }

  #graph(): GraphProto {
    return create(GraphProtoSchema, {
      name: 'tidemill',
      input: this.#inputs,
      output: this.#outputs,
      node: this.#nodes,
      initializer: this.#constants,
    });
  }

  #claim(name: string): void {
    if (name === '' || this.#names.has(name)) {
      fail('invalid_model', `The name '${name}' is empty or taken twice among the model's inputs and outputs.`, {
        field: 'name',
        value: name,
        cure: 'Rename the column.',
      });
    }
    this.#names.add(name);
  }

  /** Users choose input names freely, so an inner name steps aside when one of them looks the same. */
  #fresh(prefix: string): string {
    let name = `${prefix}_${this.#names.size}`;
    while (this.#names.has(name)) name += '_';
    this.#names.add(name);
    return name;
  }
}

function valueInfo(name: string, type: TensorType, shape: readonly Dimension[]): ValueInfoProto {
  const dim = shape.map((size) => ({
    value:
      typeof size === 'number'
        ? { case: 'dimValue' as const, value: BigInt(size) }
        : { case: 'dimParam' as const, value: size },
  }));
  const tensorType = { elemType: elementTypeNumbers[type], shape: { dim } };
  return create(ValueInfoProtoSchema, {
    name,
    type: create(TypeProtoSchema, { value: { case: 'tensorType', value: tensorType } }),
  });
}
