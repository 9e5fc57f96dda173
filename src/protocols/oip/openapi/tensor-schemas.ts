import { datatypes } from '../datatypes.ts';
import { closed, count, flag, list, oneOf, open, ref, type Schema, text } from './pieces.ts';

const whole = (minimum: number, maximum: number): Schema => ({ type: 'integer', minimum, maximum });

/** What JSON has for a value of each datatype; those that travel as raw bytes only are not here. */
const values: Record<string, Schema> = {
  BOOL: flag,
  UINT8: whole(0, 2 ** 8 - 1),
  UINT16: whole(0, 2 ** 16 - 1),
  UINT32: whole(0, 2 ** 32 - 1),
  UINT64: whole(0, 2 ** 64),
  INT8: whole(-(2 ** 7), 2 ** 7 - 1),
  INT16: whole(-(2 ** 15), 2 ** 15 - 1),
  INT32: whole(-(2 ** 31), 2 ** 31 - 1),
  INT64: whole(-(2 ** 63), 2 ** 63),
  FP32: { type: 'number', description: 'Also the bare words NaN, Infinity and -Infinity.' },
  FP64: { type: 'number', description: 'Also the bare words NaN, Infinity and -Infinity.' },
  BYTES: { type: 'string', description: 'UTF-8' },
};
const perDatatype = Object.entries(values).map(([name, items]) => ({
  if: { properties: { datatype: { const: name } } },
  // biome-ignore lint/suspicious/noThenProperty: the word of JSON schema.
  then: { properties: { data: { items } } },
}));

const identity = { name: text, datatype: ref('Datatype'), shape: ref('Shape') };
const rawSize: Schema = { ...count, description: 'Bytes of this tensor behind the JSON header.' };
const parameter: Schema = { type: ['string', 'number', 'boolean'] };
const parameters = (named: Record<string, Schema>): Schema => ({
  type: 'object',
  properties: named,
  additionalProperties: parameter,
});

const requestSchemas: Record<string, Schema> = {
  InferRequest: open(
    {
      id: { ...text, description: 'Comes back as it was; one is made where there is none.' },
      parameters: parameters({
        timeout: { ...count, description: 'Microseconds the request may take; 0 is the endpoint’s own limit.' },
        priority: { ...count, description: '1 goes first, 0 says nothing.' },
        binary_data_output: { ...flag, description: 'Whether outputs that say nothing of it are raw.' },
      }),
      inputs: { ...list(ref('InferInput')), minItems: 1 },
      outputs: { ...list(ref('RequestedOutput')), description: 'In the order wanted; all where it is absent.' },
    },
    ['id', 'parameters', 'outputs'],
  ),
  InferInput: {
    ...open({ ...identity, parameters: parameters({ binary_data_size: rawSize }), data: { type: 'array' } }, [
      'parameters',
      'data',
    ]),
    description: 'With `data`, nested or flat and row-major, or with `binary_data_size` and raw bytes.',
    oneOf: [
      { required: ['data'] },
      { required: ['parameters'], properties: { parameters: { required: ['binary_data_size'] } } },
    ],
  },
  RequestedOutput: open(
    {
      name: text,
      parameters: parameters({
        binary_data: { ...flag, description: 'Whether this output is raw.' },
        classification: { ...count, description: 'The best so many classes of each row, as value:index[:label].' },
      }),
    },
    ['parameters'],
  ),
};

const answer = (output: Schema): Schema =>
  closed({
    model_name: text,
    model_version: { ...text, pattern: '^[1-9][0-9]*$' },
    id: text,
    parameters: closed({ variant: text }),
    outputs: list(output),
  });

const answerSchemas: Record<string, Schema> = {
  InferResponse: answer(ref('InferOutput')),
  RawInferResponse: answer({ oneOf: [ref('InferOutput'), ref('RawInferOutput')] }),
  InferOutput: {
    ...closed({ ...identity, datatype: oneOf(...Object.keys(values)), data: { type: 'array' } }),
    description: 'Flat, row-major.',
    allOf: perDatatype,
  },
  RawInferOutput: closed({ ...identity, parameters: closed({ binary_data_size: rawSize }) }),
};

/** Tensors as they are described, sent and answered. */
export const tensorSchemas: Record<string, Schema> = {
  Datatype: oneOf(...datatypes),
  Shape: { ...list(count), minItems: 1, description: 'The first dimension counts rows.' },
  TensorMetadata: closed({
    name: text,
    datatype: ref('Datatype'),
    shape: { ...list({ type: 'integer', minimum: -1 }), minItems: 1, description: '-1 where any size will do.' },
  }),
  ...requestSchemas,
  ...answerSchemas,
};
