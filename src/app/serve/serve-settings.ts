import { isIP } from 'node:net';
import { z } from 'zod';
import { fail } from '../../kernel/errors.ts';

const port = z.coerce.number().int().min(0).max(65_535);
const whole = (min: number, max: number) => z.coerce.number().int().min(min).max(max);
const flag = z.preprocess(
  (value) => (value === 'true' || value === '' ? true : value === 'false' ? false : value),
  z.boolean(),
);
const routePath = z.string().regex(/^\/[\w./:~-]*$/, 'must be a path such as /predict');

/** Settings of `tidemill serve`: by flag, or by the variable `TIDEMILL_<NAME>`. */
export const serveSettingsSchema = z.object({
  host: z.string().min(1).default('127.0.0.1').describe('Address to listen on.'),
  port: port.default(8080).describe('Port of HTTP; 0 takes any free one. AIP_HTTP_PORT is heard as well.'),
  grpcPort: port.default(0).describe('Port of the Open Inference Protocol over gRPC; 0 leaves gRPC out.'),
  digest: z
    .string()
    .regex(/^[0-9a-f]{64}$/, 'must be a sha256 of 64 lower-case hex digits')
    .optional()
    .describe('The digest that the package must have.'),
  tokenFile: z
    .string()
    .optional()
    .describe('A file of tokens, one a line; callers must show one as `Authorization: Bearer …`.'),
  credentialFile: z
    .string()
    .optional()
    .describe('A file with what a remote model wants as `authorization`, such as `Bearer …`.'),
  allowPrivateAddresses: flag.default(false).describe('Let a remote model be at loopback and private addresses.'),
  drainSeconds: whole(0, 3600)
    .default(0)
    .describe('Time to go on answering, not ready any more, after it was told to stop.'),
  maxBodyBytes: whole(1024, 2_000_000_000).default(16_777_216).describe('Largest JSON body, in bytes.'),
  maxInferenceBytes: whole(1024, 2_000_000_000)
    .default(67_108_864)
    .describe('Largest message of the Open Inference Protocol, unpacked, in bytes.'),
  inferenceName: z.string().min(1).max(250).default('tidemill').describe('Name the Open Inference Protocol tells.'),
  mlflowVersion: z
    .string()
    .min(1)
    .max(50)
    .default('3.17.2')
    .describe('The version that MLflow scoring clients are told.'),
  logLevel: z
    .enum(['trace', 'debug', 'info', 'warn', 'error', 'silent'])
    .default('warn')
    .describe('Least severe log line that is written to standard error.'),
});

/** Settings of `tidemill serve`. */
export type ServeSettings = z.output<typeof serveSettingsSchema> & {
  /** Further paths for health and predictions, as some platforms name them. */
  healthRoute: string | undefined;
  predictRoute: string | undefined;
};

/** Reads the settings: flags win over variables; variables that name none of them are others' and passed over. */
export function readServeSettings(
  flags: Readonly<Record<string, unknown>>,
  env: Readonly<Record<string, string | undefined>>,
): ServeSettings {
  const found: Record<string, unknown> = {};
  for (const name of Object.keys(serveSettingsSchema.shape)) {
    const value = flags[name] ?? env[`TIDEMILL_${name.replaceAll(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`];
    if (value !== undefined) found[name] = value;
  }
  // Vertex AI says so where its container has to listen.
  found['port'] ??= env['AIP_HTTP_PORT'];
  const parsed = serveSettingsSchema.safeParse(found);
  if (!parsed.success) {
    const { path, message } = parsed.error.issues[0]!;
    const field = String(path[0]);
    return fail('invalid_setting', `Setting '${field}': ${message}. See 'tidemill serve --help'.`, { field });
  }
  const paths = { healthRoute: pathOf(env, 'AIP_HEALTH_ROUTE'), predictRoute: pathOf(env, 'AIP_PREDICT_ROUTE') };
  return { ...parsed.data, ...paths };
}

function pathOf(env: Readonly<Record<string, string | undefined>>, variable: string): string | undefined {
  const value = env[variable];
  if (value === undefined || value === '') return undefined;
  const parsed = routePath.safeParse(value);
  if (parsed.success) return parsed.data;
  return fail('invalid_setting', `The variable ${variable} must be a path such as /predict.`, { field: variable });
}

/** Whether a server listens beyond this machine: then its callers name it as they know it, by any host name. */
export function answersAnyHost({ host }: Pick<ServeSettings, 'host'>): boolean {
  return host !== 'localhost' && host !== '::1' && !(isIP(host) === 4 && host.startsWith('127.'));
}
