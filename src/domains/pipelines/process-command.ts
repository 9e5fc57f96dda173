import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Blobs } from '../../blobs/index.ts';
import { fail } from '../../kernel/errors.ts';
import type { BundleStore } from './bundle.ts';
import type { Work } from './executor.ts';
import type { PipelinePorts } from './ports.ts';
import { inside, keepSecrets, makeStepFolder, type StepFolder } from './step-folder.ts';
import { type Lookup, readPath, render, renderText, shellWord } from './template.ts';
import { layInputs } from './transfer.ts';

/** What a step's process is given. */
export interface ProcessSettings {
  /** Attempts' folders lie in it. */
  root: string;
  blobs: Blobs;
  ports: PipelinePorts;
  bundles: BundleStore;
  /** The server's address as steps reach it. */
  url(): string;
  /** The server's own environment; steps see an allow-list of it. */
  environment: Record<string, string | undefined>;
  tokenTtlMs: number;
}

/** What to spawn. */
export interface Command {
  argv: string[];
  cwd: string;
  env: Record<string, string>;
}

const trackingFile = 'tracking-run';

/** Ends the tracking run an attempt was given, also after a restart. */
export async function closeTracking(
  { ports }: ProcessSettings,
  work: Work,
  { folder, status }: { folder: StepFolder; status: 'succeeded' | 'failed' | 'cancelled' },
): Promise<void> {
  const trackingRunId = trackingRunOf(folder);
  if (!ports.closeTrackingRun || trackingRunId === undefined) return;
  await ports.closeTrackingRun({ ...work.context, trackingRunId, status });
}

/** The tracking run an attempt was given, if it was. */
export function trackingRunOf(folder: StepFolder): string | undefined {
  const place = join(folder.root, trackingFile);
  return existsSync(place) ? readFileSync(place, 'utf8') : undefined;
}

const passed =
  /^(PATH|HOME|USER|LOGNAME|SHELL|LANG|LC_\w+|TZ|TMPDIR|LD_LIBRARY_PATH|DYLD_\w+|PYTHONPATH|PYTHONHOME|VIRTUAL_ENV|CONDA_\w+|CUDA_\w+|NVIDIA_\w+|ROCR_\w+|OMP_NUM_THREADS|JAVA_HOME|SSL_CERT_\w+|REQUESTS_CA_BUNDLE|(?:https?|no)_proxy|(?:HTTPS?|NO)_PROXY)$/;

/** The part of the server's environment that steps may see: where programs are, not what the server knows. */
export function cleanEnvironment(environment: Record<string, string | undefined>): Record<string, string> {
  let clean = cleaned.get(environment);
  if (!clean) {
    const entries = Object.entries(environment).filter(([name, value]) => value !== undefined && passed.test(name));
    clean = Object.fromEntries(entries) as Record<string, string>;
    cleaned.set(environment, clean);
  }
  return clean;
}

const cleaned = new WeakMap<object, Record<string, string>>();

/** Makes the attempt's folder, lays out its inputs and works out what to spawn. */
export async function prepareProcess(settings: ProcessSettings, work: Work, folder: StepFolder): Promise<Command> {
  makeStepFolder(folder);
  await layInputs(settings, work.inputs, folder.inputs);
  const code = work.bundle === undefined ? undefined : await settings.bundles.materialise(work.bundle);
  const lookup = withPlaces(work, folder, code?.folder);
  const env = await environmentOf(settings, { work, folder, code: code?.folder, lookup });
  const { step } = work;
  if (step.kind === 'typescript') {
    const module = inside(code!.folder, step.module, 'module');
    if (!existsSync(module))
      fail('invalid_input', `module: the bundle has no file '${step.module}'.`, { field: 'module' });
    const description = join(folder.root, 'step.json');
    const { params, inputs } = work;
    writeFileSync(
      description,
      JSON.stringify({
        module,
        export: step.export,
        bundle: code!.folder,
        origin: code!.origin,
        params,
        inputs,
        folder,
      }),
    );
    return { argv: [process.execPath, '--no-warnings', stepHost, description], cwd: folder.work, env };
  }
  if (step.kind !== 'shell') return fail('internal', `A ${step.kind} step does not run as a process.`);
  const cwd = step.cwd === undefined ? folder.work : inside(folder.work, step.cwd, 'cwd');
  if (cwd !== folder.work) mkdirSync(cwd, { recursive: true });
  const argv =
    typeof step.command === 'string'
      ? ['/bin/sh', '-c', renderText(step.command, 'command', { lookup, toText: shellWord })]
      : step.command.map((word, index) => renderText(word, `command[${index}]`, { lookup }));
  return { argv, cwd, env };
}

const stepHost = fileURLToPath(
  new URL(`./step-host${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url),
);

async function environmentOf(
  settings: ProcessSettings,
  { work, folder, code, lookup }: { work: Work; folder: StepFolder; code: string | undefined; lookup: Lookup },
): Promise<Record<string, string>> {
  const { ports } = settings;
  const { context } = work;
  const [token, trackingRunId] = await Promise.all([
    ports.mintStepToken?.({ ...context, ttlMs: settings.tokenTtlMs }),
    ports.openTrackingRun?.(context),
  ]);
  keepSecrets(folder, token ? [token] : []);
  if (trackingRunId !== undefined) writeFileSync(join(folder.root, trackingFile), trackingRunId);
  const given = 'env' in work.step ? (render(work.step.env, 'env', { lookup }) as Record<string, unknown>) : {};
  const env: Record<string, string> = {
    ...cleanEnvironment(settings.environment),
    ...Object.fromEntries(Object.entries(given).map(([name, value]) => [name, String(value)])),
    TIDEMILL_URL: settings.url(),
    TIDEMILL_RUN_ID: context.runId,
    TIDEMILL_PIPELINE: context.pipeline,
    TIDEMILL_STEP: context.stepName,
    TIDEMILL_ATTEMPT: work.externalId,
    TIDEMILL_PARAMS: JSON.stringify(work.params),
    TIDEMILL_INPUTS: folder.inputs,
    TIDEMILL_OUTPUTS: folder.outputs,
    MLFLOW_TRACKING_URI: settings.url(),
    PYTHONUNBUFFERED: '1',
  };
  if (code !== undefined) env['TIDEMILL_CODE'] = code;
  if (token !== undefined) {
    env['TIDEMILL_TOKEN'] = token;
    env['MLFLOW_TRACKING_TOKEN'] = token;
  }
  if (trackingRunId !== undefined) env['MLFLOW_RUN_ID'] = trackingRunId;
  return env;
}

/** Adds what only a process on a disk has: paths of inputs, of outputs, of the code. */
function withPlaces(work: Work, folder: StepFolder, code: string | undefined): Lookup {
  return (reference, field) => {
    const [head, name, ...rest] = reference.path;
    if (head === 'code') return code ?? fail('invalid_input', `${field}: the pipeline has no code bundle.`, { field });
    if (head === 'outputs') return join(folder.outputs, name ?? '');
    if (head !== 'inputs') return work.lookup(reference, field);
    const artifact = work.inputs[name ?? ''];
    if (artifact?.kind === 'value') return readPath(artifact.value, rest, { reference, field });
    return join(folder.inputs, name ?? '');
  };
}
