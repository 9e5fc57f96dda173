import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { fail, messageOf } from './kernel/errors.ts';

const split = (value: unknown) =>
  typeof value === 'string' ? value.split(',').flatMap((part) => part.trim() || []) : value;
const list = z.preprocess(
  (value) => (typeof value === 'string' ? value.split(',').map((part) => part.trim()) : value),
  z.array(z.string().min(1)),
);
const flag = z.preprocess((value) => {
  if (value === 'true' || value === '1' || value === '') return true;
  return value === 'false' || value === '0' ? false : value;
}, z.boolean());

/** Every setting: its shape, its default, and one sentence. `docs/settings.md` and the flags of `server` come from it. */
export const settingsSchema = z.strictObject({
  home: z
    .string()
    .min(1)
    .default('./.tidemill')
    .describe('Folder of the database, the objects, the logs and the keys.'),
  host: z.string().min(1).default('127.0.0.1').describe('Address to listen on; others than loopback need `auth`.'),
  port: z.coerce.number().int().min(0).max(65535).default(7070).describe('Port to listen on; 0 takes any free one.'),
  auth: flag.default(false).describe('Demand a token on every request, also from this machine.'),
  database: z.string().default('').describe('`postgres://…` instead of the SQLite file in `home`.'),
  publicUrl: z.string().default('').describe('Address that clients use, where it is not `http://host:port`.'),
  allowedHosts: list.default([]).describe('Further Host names the server answers for, separated by commas.'),
  dataRoots: list.default([]).describe('Folders that `ingest` may read files from; none means the folder it runs in.'),
  secretKeyFile: z
    .string()
    .default('')
    .describe('File of the key that seals stored secrets, the same for all replicas; in `home` unless named.'),
  allowPrivateAddresses: flag
    .default(false)
    .describe('Let webhooks and remote models be at loopback and private addresses.'),
  allowProcessRuntimes: flag.default(false).describe('Let endpoints start the command that their `runtime` names.'),
  defaultEndpoint: z
    .string()
    .default('')
    .describe('The endpoint that `/invocations` and `/ping` without a name are for.'),
  modelMemory: z
    .string()
    .regex(/^(0|\d+(MB|GB))$/, 'must be such as 512MB or 2GB')
    .default('0')
    .describe('Memory for ONNX models; over it those not asked for longest are unloaded. 0 is no limit.'),
  maxBodyBytes: z.coerce.number().int().min(1024).default(16_777_216).describe('Largest JSON body, in bytes.'),
  grpcPort: z.coerce
    .number()
    .int()
    .min(0)
    .max(65535)
    .default(0)
    .describe('Port of the Open Inference Protocol over gRPC, at the same `host`; 0 leaves gRPC out.'),
  maxInferenceBytes: z.coerce
    .number()
    .int()
    .min(1024)
    .max(2_000_000_000)
    .default(67_108_864)
    .describe('Largest message of the Open Inference Protocol, unpacked, in bytes.'),
  inferenceName: z
    .string()
    .min(1)
    .max(250)
    .default('tidemill')
    .describe('Name the Open Inference Protocol tells; some clients want `triton`.'),
  stepSlots: z.coerce.number().int().min(1).max(1024).default(4).describe('Pipeline steps that run at the same time.'),
  engineMemory: z
    .string()
    .regex(/^\d+(MB|GB)$/)
    .default('1GB')
    .describe('Memory that one data query may take.'),
  mlflowVersion: z
    .string()
    .regex(/^(?:[4-9]|\d{2,}|3\.(?:[4-9]|\d{2,}))(?:\.\d+)*$/, 'must be a version of at least 3.4')
    .default('3.17.2')
    .describe('The version that clients of MLflow are told.'),
  artifactRoot: z
    .string()
    .regex(/^[a-z][a-z0-9+.-]*:\/[^?#\s]*$/, 'must be an address such as mlflow-artifacts:/ or s3://bucket/folder')
    .max(1900)
    .default('mlflow-artifacts:/')
    .describe(
      'Where clients of MLflow put the files of new experiments; with this server unless it names another store.',
    ),
  mlflowModelSources: list
    .default([])
    .describe('Prefixes of outside locations, such as `s3://models/`, that MLflow clients may register versions from.'),
  compatibleMetrics: z
    .preprocess(split, z.array(z.enum(['triton', 'kserve', 'mlserver'])))
    .default([])
    .describe('Servers whose names of metrics `/metrics` has as well, separated by commas.'),
  otlpEndpoint: z
    .string()
    .regex(/^(https?:\/\/\S+)?$/, 'must be an address such as http://localhost:4318')
    .default('')
    .describe('Address of an OpenTelemetry collector (OTLP over HTTP) that gets traces of requests; none unless set.'),
  otlpHeaders: z.string().default('').describe('Headers for the collector, such as `api-key=…,tenant=…`.'),
  serviceName: z.string().min(1).default('tidemill').describe('Name of this server in traces.'),
  tracesSampler: z
    .enum([
      'always_on',
      'always_off',
      'traceidratio',
      'parentbased_always_on',
      'parentbased_always_off',
      'parentbased_traceidratio',
    ])
    .default('parentbased_always_on')
    .describe('Which requests are traced; `parentbased_…` keeps to what the caller decided.'),
  tracesSamplerArg: z.coerce
    .number()
    .min(0)
    .max(1)
    .default(1)
    .describe('Share of requests that `…traceidratio` keeps.'),
  resourceAttributes: z
    .string()
    .default('')
    .describe('What traces say of this server, such as `deployment.environment.name=production`.'),
  logLevel: z
    .enum(['trace', 'debug', 'info', 'warn', 'error', 'silent'])
    .default('warn')
    .describe('Least severe log line that is written to standard error.'),
});

/** The settings of one server, complete. */
export type Settings = z.output<typeof settingsSchema>;

/** Variables of the same prefix that are for clients and steps, not settings of the server. */
const notSettings = new Set([
  'URL',
  'TOKEN',
  'RUN_ID',
  'STEP',
  'PIPELINE',
  'CODE',
  'PARAMS',
  'INPUTS',
  'OUTPUTS',
  'ATTEMPT',
  'SETTINGS',
  'WORK',
]);
const prefix = 'TIDEMILL_';

/** Settings whose variables have the names that OpenTelemetry gave them. */
const otherVariables: Record<string, string> = {
  otlpEndpoint: 'OTEL_EXPORTER_OTLP_ENDPOINT',
  otlpHeaders: 'OTEL_EXPORTER_OTLP_HEADERS',
  serviceName: 'OTEL_SERVICE_NAME',
  tracesSampler: 'OTEL_TRACES_SAMPLER',
  tracesSamplerArg: 'OTEL_TRACES_SAMPLER_ARG',
  resourceAttributes: 'OTEL_RESOURCE_ATTRIBUTES',
};

/** The environment variable of a setting: `maxBodyBytes` is `TIDEMILL_MAX_BODY_BYTES`. */
export function variableOf(setting: string): string {
  const other = otherVariables[setting];
  if (other !== undefined) return other;
  return prefix + setting.replaceAll(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();
}

/** The flag of a setting: `maxBodyBytes` is `--max-body-bytes`. */
export function flagOf(setting: string): string {
  return `--${setting.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

interface Sources {
  flags?: Record<string, unknown>;
  env?: Record<string, string | undefined>;
}

/**
 * Reads the settings: flags win over variables, variables over the file (`tidemill.settings.yaml` in the home folder, or the
 * one `TIDEMILL_SETTINGS` names), the file over defaults. Unknown settings and wrong values fail with `invalid_setting`.
 */
export function readSettings({ flags = {}, env = process.env }: Sources = {}): Settings {
  const given = withoutUndefined(flags);
  const variables = fromEnvironment(env);
  const home = String(given['home'] ?? variables['home'] ?? './.tidemill');
  const named = env[`${prefix}SETTINGS`];
  const file = readSettingsFile(named ?? join(home, 'tidemill.settings.yaml'), named !== undefined);
  const parsed = settingsSchema.safeParse({ ...file, ...variables, ...given });
  if (!parsed.success) {
    const issue = parsed.error.issues[0]!;
    const field = issue.code === 'unrecognized_keys' ? issue.keys[0]! : String(issue.path[0]);
    const what = issue.code === 'unrecognized_keys' ? 'there is no such setting' : issue.message;
    const cure = `See docs/settings.md for ${flagOf(field)} and ${variableOf(field)}.`;
    return fail('invalid_setting', `Setting '${field}': ${what}. ${cure}`, { field, cure });
  }
  return { ...parsed.data, home: resolve(parsed.data.home) };
}

function fromEnvironment(env: Record<string, string | undefined>): Record<string, unknown> {
  const settings = new Map(Object.keys(settingsSchema.shape).map((name) => [variableOf(name), name]));
  const found: Record<string, unknown> = {};
  for (const [variable, value] of Object.entries(env)) {
    const name = settings.get(variable);
    if (value === undefined || (!name && !variable.startsWith(prefix))) continue;
    // OpenTelemetry takes an empty variable for one that is not set.
    if (name && value === '' && !variable.startsWith(prefix)) continue;
    if (name) found[name] = value;
    else if (!notSettings.has(variable.slice(prefix.length)) && !variable.startsWith(`${prefix}TEST_`)) {
      fail('invalid_setting', `The variable ${variable} names no setting. See docs/settings.md.`, { field: variable });
    }
  }
  return found;
}

function readSettingsFile(path: string, mustExist: boolean): Record<string, unknown> {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if (!mustExist && (error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    return fail('invalid_setting', `The settings file ${path} cannot be read: ${messageOf(error)}.`, { cause: error });
  }
  try {
    // Most servers have no such file: the parser is loaded for those that do.
    const { parse } = createRequire(import.meta.url)('yaml') as typeof import('yaml');
    const value: unknown = parse(text) ?? {};
    if (typeof value === 'object' && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch (error) {
    return fail('invalid_setting', `The settings file ${path} is not YAML: ${messageOf(error)}`, { cause: error });
  }
  return fail('invalid_setting', `The settings file ${path} must hold names and values.`);
}

function withoutUndefined(record: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined));
}
