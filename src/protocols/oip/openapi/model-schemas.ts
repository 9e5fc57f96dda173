import { datatypes } from '../datatypes.ts';
import { closed, count, flag, list, oneOf, open, ref, type Schema, text } from './pieces.ts';

const always = (value: unknown): Schema => ({ const: value });
const spans = (...names: string[]) => Object.fromEntries(names.map((name) => [name, ref('Duration')]));
const ofBatch = ['compute_input', 'compute_infer', 'compute_output'];

const stateSchemas: Record<string, Schema> = {
  ServerMetadata: closed({ name: text, version: text, extensions: list(text) }),
  ServerLive: closed({ live: always(true) }),
  ServerReady: closed({ ready: flag, live: always(true) }),
  ModelNames: closed({ models: list(text) }),
  ModelReady: closed({ name: text, ready: always(true) }),
  ModelMetadata: closed({
    name: text,
    versions: list(text),
    platform: text,
    inputs: list(ref('TensorMetadata')),
    outputs: list(ref('TensorMetadata')),
  }),
  Failure: closed({ error: { ...text, minLength: 1 } }),
};

const statsSchemas: Record<string, Schema> = {
  Duration: closed({ count, ns: count }),
  ModelStats: closed({
    name: text,
    version: text,
    last_inference: { ...count, description: 'Milliseconds since 1970; 0 where there was none.' },
    inference_count: { ...count, description: 'Rows.' },
    execution_count: { ...count, description: 'Runs of the model.' },
    inference_stats: closed(spans('success', 'fail', 'queue', ...ofBatch, 'cache_hit', 'cache_miss')),
    batch_stats: list(closed({ batch_size: count, ...spans(...ofBatch) })),
    response_stats: closed({}),
    memory_usage: list(closed({ type: always('CPU'), id: always(0), byte_size: count })),
  }),
  Stats: closed({ model_stats: list(ref('ModelStats')) }),
};

const dataType = oneOf(...datatypes.map((name) => (name === 'BYTES' ? 'TYPE_STRING' : `TYPE_${name}`)));
const dims: Schema = { ...list({ type: 'integer', minimum: -1 }), minItems: 1, description: 'Without that of rows.' };
const reshape = closed({ shape: { ...list(count), maxItems: 0 } });
const configTensor = (more: Record<string, Schema>): Schema =>
  closed({ name: text, data_type: dataType, dims, reshape, ...more }, ['reshape']);

const configSchemas: Record<string, Schema> = {
  ModelConfig: closed({
    name: text,
    platform: text,
    backend: text,
    version_policy: closed({ specific: closed({ versions: list(count) }) }),
    max_batch_size: { ...count, maximum: 2 ** 31 - 1 },
    input: list(configTensor({ format: always('FORMAT_NONE') })),
    output: list(configTensor({ label_filename: text })),
    instance_group: list(closed({ name: text, kind: always('KIND_CPU'), count })),
    default_model_filename: text,
    dynamic_batching: closed({
      preferred_batch_size: list(count),
      max_queue_delay_microseconds: count,
      preserve_ordering: flag,
    }),
  }),
};

const repositorySchemas: Record<string, Schema> = {
  IndexRequest: open({ ready: { ...flag, description: 'Only what is ready.' } }, ['ready']),
  Index: list({
    oneOf: [
      closed({ name: text, version: text, state: always('READY'), reason: text }),
      closed({ name: text, state: always('UNAVAILABLE'), reason: text }),
    ],
  }),
  LoadRequest: open(
    { parameters: { type: 'object', maxProperties: 0, description: 'Models come from the registry.' } },
    ['parameters'],
  ),
  UnloadRequest: open({ parameters: open({ unload_dependents: flag }, ['unload_dependents']) }, ['parameters']),
  Loaded: closed({ name: text, load: always(true) }),
  Unloaded: closed({ name: text, unload: always(true) }),
};

const settingSchemas: Record<string, Schema> = {
  TraceSettings: closed({
    trace_level: list(oneOf('OFF', 'TIMESTAMPS', 'TENSORS')),
    trace_rate: text,
    trace_count: text,
    log_frequency: text,
    trace_file: text,
    trace_mode: oneOf('triton', 'opentelemetry'),
  }),
  LogSettings: closed({
    log_file: text,
    log_info: flag,
    log_warning: flag,
    log_error: flag,
    log_verbose_level: count,
    log_format: oneOf('default', 'ISO8601'),
  }),
  Regions: { ...list({}), maxItems: 0 },
  Nothing: closed({}),
  Document: open({ openapi: text, info: open({ title: text, version: text }), paths: open({}), components: open({}) }),
};

/** What the server says of itself, of its models and of their repository. */
export const modelSchemas: Record<string, Schema> = {
  ...stateSchemas,
  ...statsSchemas,
  ...configSchemas,
  ...repositorySchemas,
  ...settingSchemas,
};
