import { z } from 'zod';

const whole = (min: number, max: number) => z.number().int().min(min).max(max);

const columns = z
  .array(z.strictObject({ name: z.string().min(1).max(250), type: z.enum(['number', 'integer', 'boolean', 'string']) }))
  .min(1)
  .max(10_000)
  .optional()
  .describe("Columns of a row, where neither the version's signature nor the model itself says them.");

/** The model as an ONNX file in this server: the way that costs least. */
export const onnxRuntimeSchema = z.strictObject({ kind: z.literal('onnx') }).meta({ id: 'OnnxRuntime' });

const environmentName = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'must be a name of a variable');

/** A command that serves the version's files, started and kept alive by this server. */
export const processRuntimeSchema = z
  .strictObject({
    kind: z.literal('process'),
    command: z
      .array(z.string().min(1).max(4096))
      .min(1)
      .max(100)
      .describe('Program and arguments, without a shell; `{model}` is the folder of its files, `{port}` its port.'),
    protocol: z.enum(['mlflow', 'oip', 'v1']).default('mlflow').describe('What it speaks on 127.0.0.1:{port}.'),
    environment: z
      .record(environmentName, z.string().max(4096))
      .default({})
      .describe('Further variables; of the server it sees only where programs are.'),
    startTimeoutMs: whole(100, 1_800_000).default(120_000).describe('Time until it must answer its health check.'),
    stopTimeoutMs: whole(0, 600_000).default(5000).describe('Time between asking it to end and ending it.'),
    concurrency: whole(1, 256).default(2).describe('Requests it gets at once; others wait in the queue.'),
    maxBatchRows: whole(1, 1_000_000).default(1024).describe('Rows of waiting requests that are sent as one.'),
    columns,
  })
  .meta({ id: 'ProcessRuntime' });

/** A model that another server answers for. */
export const remoteRuntimeSchema = z
  .strictObject({
    kind: z.literal('remote'),
    url: z
      .string()
      .min(1)
      .max(2000)
      .describe(
        'Address of the model: `…/v2/models/<m>` (oip), `…/v1/models/<m>` (v1), what `/invocations` follows (mlflow); `{model}` and `{version}` are filled in.',
      ),
    protocol: z.enum(['oip', 'v1', 'mlflow']).default('oip'),
    concurrency: whole(1, 1024).default(16).describe('Requests it gets at once; others wait in the queue.'),
    maxBatchRows: whole(1, 1_000_000).default(1024).describe('Rows of waiting requests that are sent as one.'),
    connectTimeoutMs: whole(1, 60_000).default(2000),
    ca: z.string().max(100_000).optional().describe('Certificates (PEM) that its certificate is checked against.'),
    breaker: z
      .strictObject({
        failures: whole(1, 1000).default(5).describe('Failures in a row after which it is asked no more for a while.'),
        openMs: whole(10, 600_000).default(1000).describe('How long at first; doubled up to 30 s while it fails.'),
      })
      .prefault({}),
    columns,
  })
  .meta({ id: 'RemoteRuntime' });

/** Where an endpoint's model computes. */
export const runtimeSpecSchema = z
  .discriminatedUnion('kind', [onnxRuntimeSchema, processRuntimeSchema, remoteRuntimeSchema])
  .meta({ id: 'RuntimeSpec' });

/** Where an endpoint's model computes. */
export type RuntimeSpec = z.output<typeof runtimeSpecSchema>;
/** A command that serves the version's files. */
export type ProcessRuntimeSpec = z.output<typeof processRuntimeSchema>;
/** A model that another server answers for. */
export type RemoteRuntimeSpec = z.output<typeof remoteRuntimeSchema>;

/** How a runtime is. */
export const runtimeStateSchema = z
  .object({
    kind: z.enum(['onnx', 'process', 'remote']),
    model: z.string(),
    version: z.number().int(),
    state: z
      .enum(['ready', 'unloaded', 'restarting', 'open'])
      .describe('`unloaded`: loaded again when asked; `open`: its circuit is open, it is not asked for now.'),
    placement: z.enum(['inline', 'worker', 'process', 'remote']),
    memoryBytes: z.number().int().describe('Estimated for ONNX, measured for a process, 0 for a remote model.'),
    restarts: z.number().int().optional(),
    reason: z.string().optional().describe('What happened last, where it is not ready.'),
    queuedRows: z.number().int(),
  })
  .meta({ id: 'RuntimeState' });

/** How a runtime is. */
export type RuntimeState = z.output<typeof runtimeStateSchema>;
