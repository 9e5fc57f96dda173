import { delimiter, dirname, isAbsolute } from 'node:path';
import { fail } from '../../../kernel/errors.ts';
import type { Tensor } from '../../../onnx/index.ts';
import { cleanEnvironment } from '../../pipelines/index.ts';
import type { Registry } from '../../registry/index.ts';
import type { RunCall } from '../predict/batcher.ts';
import { layOut, type ProcessFolder, removeFolder } from './process-folder.ts';
import { memoryOfGroup } from './process-memory.ts';
import { type SupervisedOptions, Supervisor } from './process-supervisor.ts';
import { createUpstream, type Upstream } from './remote-http.ts';
import { openRemoteModel, type RemoteModel } from './remote-model.ts';
import type { LoadedModel, ModelLimits, RuntimeKind, WantedModel } from './runtime-model.ts';
import type { ProcessRuntimeSpec } from './runtime-schema.ts';
import { faceOfColumns, faceOfVersion } from './runtime-signature.ts';

/** What processes of models are started with. */
export interface ProcessDeps {
  registry: Registry;
  /** Whether endpoints may start commands at all. */
  allowed: boolean;
  /** Folder of their folders. */
  folder: string;
  /** The server's own environment; processes see an allow-list of it. */
  environment: Record<string, string | undefined>;
  timing?: SupervisedOptions['timing'];
}

/** Commands that serve a version's files, as an endpoint's declaration says; nothing is started where that is not allowed. */
export function createProcessKind(options: ProcessDeps): RuntimeKind {
  const deps = { ...options, starting: new Set<Supervisor>() };
  return {
    giveUp() {
      for (const supervisor of deps.starting) void supervisor.close();
    },
    async load(want) {
      if (!deps.allowed) {
        const cure = 'Start the server with --allow-process-runtimes.';
        return fail('unsupported', `This server starts no processes for models. ${cure}`, { field: 'runtime', cure });
      }
      const folder = await layOut(deps.registry, deps.folder, want);
      try {
        return await startModel(deps, want, folder);
      } catch (error) {
        await removeFolder(folder);
        throw error;
      }
    },
  };
}

const healthPaths = { mlflow: '/ping', oip: '/v2/health/live', v1: '/' } as const;
const modelPaths = { mlflow: '', oip: '/v2/models/', v1: '/v1/models/' } as const;

type Starting = ProcessDeps & { starting: Set<Supervisor> };

async function startModel(deps: Starting, want: WantedModel, folder: ProcessFolder): Promise<LoadedModel> {
  const spec = want.spec.runtime as ProcessRuntimeSpec;
  const version = await deps.registry.versions.get(want.model, want.version);
  const face = spec.columns
    ? faceOfColumns(spec.columns, spec.protocol !== 'mlflow')
    : await faceOfVersion(deps.registry, version);
  const upstream = createLoopback(spec);
  const supervisor = new Supervisor({
    spec,
    folder,
    environment: environmentOf(deps, spec, folder),
    isHealthy: (port) => isHealthy(upstream, spec, port),
    ...(deps.timing && { timing: deps.timing }),
  });
  deps.starting.add(supervisor);
  try {
    await supervisor.start();
    const open = (port: number) => {
      const name = spec.protocol === 'mlflow' ? '' : encodeURIComponent(want.model);
      const url = `http://127.0.0.1:${port}${modelPaths[spec.protocol]}${name}`;
      return openRemoteModel(upstream, { url, protocol: spec.protocol }, face);
    };
    const port = supervisor.port ?? fail('unavailable', `The process of the model ended: ${supervisor.reason}.`);
    return new ProcessModel(await open(port), { supervisor, upstream, folder, spec, port, open });
  } catch (error) {
    await supervisor.close();
    upstream.close();
    throw error;
  } finally {
    deps.starting.delete(supervisor);
  }
}

/** Loopback is where the process listens, whatever may be called elsewhere. */
function createLoopback({ concurrency }: ProcessRuntimeSpec): Upstream {
  const resolve = async () => [{ address: '127.0.0.1', family: 4 }];
  const policy = { allowPrivateAddresses: true, resolve };
  // One more for the health check, which must not wait behind the requests.
  return createUpstream({ policy, concurrency: concurrency + 1, connectTimeoutMs: 2000, headers: () => ({}) });
}

const healthMs = 2000;

async function isHealthy(upstream: Upstream, { protocol }: ProcessRuntimeSpec, port: number): Promise<boolean> {
  const url = new URL(`http://127.0.0.1:${port}${healthPaths[protocol]}`);
  const { status } = await upstream.ask({ method: 'GET', url, deadline: performance.now() + healthMs });
  // V1 has no path for health: any answer is a sign of life.
  return status === 200 || (protocol === 'v1' && status < 500);
}

function environmentOf(deps: ProcessDeps, spec: ProcessRuntimeSpec, folder: ProcessFolder): Record<string, string> {
  const own = { HOME: folder.work, TMPDIR: folder.work, PYTHONUNBUFFERED: '1', PYTHONDONTWRITEBYTECODE: '1' };
  const clean = cleanEnvironment(deps.environment);
  const program = spec.command[0]!;
  // A program of a Python environment finds the others of that environment where it lies itself.
  const path: Record<string, string> = isAbsolute(program)
    ? { PATH: `${dirname(program)}${delimiter}${clean['PATH'] ?? ''}` }
    : {};
  return { ...clean, ...path, ...own, ...spec.environment };
}

interface Running {
  supervisor: Supervisor;
  upstream: Upstream;
  folder: ProcessFolder;
  spec: ProcessRuntimeSpec;
  port: number;
  /** Understands the model at another port, after a restart. */
  open(port: number): Promise<RemoteModel>;
}

class ProcessModel implements LoadedModel {
  readonly limits: ModelLimits;
  readonly plan: RemoteModel['plan'];
  readonly #running: Running;
  #model: RemoteModel;
  #port: number;
  #opening: Promise<void> | undefined;

  constructor(model: RemoteModel, running: Running) {
    this.#model = model;
    this.plan = model.plan;
    this.#running = running;
    this.#port = running.port;
    const { maxBatchRows, concurrency } = running.spec;
    this.limits = { maxBatchRows, concurrency };
  }

  async predict(feeds: Record<string, Tensor>, call: RunCall): Promise<Record<string, Tensor>> {
    const { supervisor } = this.#running;
    const { port } = supervisor;
    if (port === undefined) {
      const message = `The process of the model is being started again: ${supervisor.reason ?? 'it ended'}.`;
      return fail('unavailable', message, { retryAfterSeconds: 1 });
    }
    if (port !== this.#port) await this.#reopen(port);
    return this.#model.ask(feeds, call);
  }

  describe() {
    const { port, restarts, reason } = this.#running.supervisor;
    const state = port === undefined ? 'restarting' : 'ready';
    return { kind: 'process', placement: 'process', state, restarts, ...(reason !== undefined && { reason }) } as const;
  }

  memoryBytes(): number {
    const { group } = this.#running.supervisor;
    return group === undefined ? 0 : memoryOfGroup(group);
  }

  logs(): string[] {
    return this.#running.supervisor.log.lines();
  }

  async close(): Promise<void> {
    const { supervisor, upstream, folder } = this.#running;
    await supervisor.close();
    upstream.close();
    await removeFolder(folder);
  }

  #reopen(port: number): Promise<void> {
    this.#opening ??= this.#running
      .open(port)
      .then((model) => {
        this.#model = model;
        this.#port = port;
      })
      .finally(() => {
        this.#opening = undefined;
      });
    return this.#opening;
  }
}
