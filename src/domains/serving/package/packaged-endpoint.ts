import { Readable } from 'node:stream';
import type { Resolve } from '../../../kernel/addresses.ts';
import type { Clock } from '../../../kernel/clock.ts';
import { fail } from '../../../kernel/errors.ts';
import type { ModelVersion } from '../../registry/index.ts';
import { CallerGate } from '../predict/caller-limits.ts';
import { checkRoom } from '../predict/check-room.ts';
import { inferTable } from '../predict/infer-table.ts';
import { inferTensors } from '../predict/infer-tensors.ts';
import { modelFace, modelStates } from '../predict/model-face.ts';
import { type PredictDeps, predict } from '../predict/predict.ts';
import { createRoutingTable, type EndpointRoute, type RoutingTable } from '../predict/routing.ts';
import { ShadowQueue } from '../predict/shadow.ts';
import type { Predictor } from '../predictor.ts';
import { createRemoteKind } from '../runtime/remote-runtime.ts';
import { createRuntimes, type Runtimes } from '../runtime/runtime.ts';
import { MemoryBudget } from '../runtime/runtime-memory.ts';
import type { RuntimeKind } from '../runtime/runtime-model.ts';
import { createOnnxKind } from '../runtime/runtime-onnx.ts';
import { fullWeight } from '../schema.ts';
import { inferenceStats } from '../stats/inference-stats.ts';
import { requestFamilies } from '../stats/request-metrics.ts';
import { runtimeFamilies } from '../stats/runtime-metrics.ts';
import type { StoredEndpoint } from '../store.ts';
import type { PackageFolder } from './package-folder.ts';
import type { PackageManifest } from './package-schema.ts';

/** What a packaged endpoint is opened with. */
export interface PackagedEndpointOptions {
  package: PackageFolder;
  clock: Clock;
  /** Finds addresses of a remote model. */
  resolve: Resolve;
  allowPrivateAddresses: boolean;
  /** The header that a remote model wants. */
  credential?: Record<string, string>;
}

/** An endpoint that answers from its package. */
export interface PackagedEndpoint {
  predictor: Predictor;
  /** Whether it can answer, and why not. */
  state(): Pick<EndpointRoute, 'state' | 'reason'>;
  close(): Promise<void>;
}

const retryMs = 2_000;

/**
 * Loads a packaged endpoint and warms it. A model of the package that cannot be loaded fails with the reason; a remote one that
 * does not answer yet is tried again until it does.
 */
export async function openPackagedEndpoint(options: PackagedEndpointOptions): Promise<PackagedEndpoint> {
  const { manifest, digest, read } = options.package;
  const runtimes = createRuntimes({ kinds: kindsOf(options), withStages: async (model) => model });
  const table = createRoutingTable(runtimes);
  const stored = storedEndpoint(manifest, digest);
  const route = await table.put(stored);
  const isRemote = manifest.spec.runtime.kind === 'remote';
  if (route.state !== 'ready' && !isRemote) {
    await runtimes.close();
    fail('invalid_model', `The packaged endpoint '${manifest.endpoint}' cannot answer. ${route.reason}`);
  }
  const stop = isRemote ? retry(table, stored) : () => {};
  const shadows = new ShadowQueue();
  const versions = { get: async (model: string, number: string | number) => versionOf(manifest, model, number) };
  const deps: PredictDeps = {
    table,
    shadows,
    callers: new CallerGate(),
    clock: options.clock,
    log: { add: () => {} },
    registry: { versions },
    blobs: { read },
  };
  return {
    predictor: createPredictor(deps, runtimes),
    state: () => table.find(manifest.endpoint)!,
    async close() {
      stop();
      await shadows.idle();
      await runtimes.close();
    },
  };
}

function createPredictor(deps: PredictDeps, runtimes: Runtimes): Predictor {
  const refuse = async () =>
    fail('unsupported', 'A packaged endpoint holds one model for as long as it runs. Start another for another model.');
  return {
    predict: (call) => predict(deps, call),
    infer: (call) => inferTensors(deps, call),
    checkRoom: (arriving) => checkRoom(deps, arriving),
    inferTable: (call) => inferTable(deps, call),
    modelFace: (endpoint, version) => modelFace(deps, endpoint, version),
    modelStates: () => modelStates(deps),
    inferenceStats: (asked) => inferenceStats(deps, asked),
    metrics: async () => [...requestFamilies(deps.table.all(), deps.clock.now()), ...runtimeFamilies(runtimes.all())],
    load: refuse,
    unload: refuse,
  };
}

function kindsOf({ package: { manifest, read }, ...options }: PackagedEndpointOptions) {
  const get = async (model: string, number: string | number) => versionOf(manifest, model, number);
  const missing: RuntimeKind = {
    load: async () => fail('unsupported', 'A package holds no program to start. Use a `remote` runtime, or ONNX.'),
  };
  const mlmodel = manifest.files.find(({ path }) => path === 'MLmodel');
  const files = async () => (mlmodel ? [{ ...mlmodel, digest: mlmodel.sha256 }] : []);
  const openFile = async () => ({ stream: Readable.from([await read(mlmodel!.sha256)]), bytes: mlmodel!.bytes });
  const { allowPrivateAddresses, resolve, credential = {} } = options;
  return {
    onnx: createOnnxKind({ registry: { versions: { get } }, blobs: { read }, budget: new MemoryBudget(0) }),
    process: missing,
    remote: createRemoteKind({
      registry: { versions: { get, files, openFile } as never },
      credentials: { headers: () => credential, read: async () => {}, refused: () => {} },
      policy: { allowPrivateAddresses, resolve },
    }),
  };
}

/** The endpoint as a table takes it: one version, all traffic, nothing logged. */
function storedEndpoint({ endpoint, spec, version }: PackageManifest, salt: string): StoredEndpoint {
  const { model, number } = version;
  const variants = [{ name: 'champion', role: 'live' as const, model, version: number, weight: fullWeight }];
  const alone = { ...spec, variants: [], log: { ...spec.log, sample: 0 } };
  const createdAt = Date.parse(version.createdAt);
  return {
    name: endpoint,
    spec: alone,
    routing: { revision: 1, salt, variants },
    rolloutId: null,
    experimentId: null,
    createdAt,
    updatedAt: createdAt,
  };
}

function versionOf({ version }: PackageManifest, model: string, number: string | number): ModelVersion {
  if (model !== version.model || Number(number) !== version.number) {
    fail('not_found', `The package holds version ${version.number} of '${version.model}' alone.`);
  }
  const createdAt = Date.parse(version.createdAt);
  return {
    ...version,
    source: {},
    registeredDigest: version.digest,
    bytes: 0,
    servableDigest: version.servable,
    content: 'fixed',
    origin: '',
    runLink: '',
    stage: 'none',
    description: '',
    tags: {},
    aliases: [],
    createdAt,
    updatedAt: createdAt,
    deletedAt: null,
  };
}

/** Asks for a model that did not answer at first until it does; gives what ends that. */
function retry(table: RoutingTable, stored: StoredEndpoint): () => void {
  let isTrying = false;
  const timer = setInterval(async () => {
    if (isTrying || table.find(stored.name)?.state === 'ready') return;
    isTrying = true;
    await table.put(stored).finally(() => {
      isTrying = false;
    });
  }, retryMs);
  timer.unref();
  return () => clearInterval(timer);
}
