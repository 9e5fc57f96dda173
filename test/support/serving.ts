import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Blobs, createLocalBlobs } from '../../src/blobs/index.ts';
import { connect } from '../../src/database/connect.ts';
import { migrate } from '../../src/database/migrate.ts';
import { createData } from '../../src/domains/data/index.ts';
import { createRegistry, openGate, type PromotionGate, type Registry } from '../../src/domains/registry/index.ts';
import { createServing, type Serving, type ServingOptions, servingRoutes } from '../../src/domains/serving/index.ts';
import { createEngine } from '../../src/engine/index.ts';
import type { Route } from '../../src/http/route.ts';
import { listen, type Server } from '../../src/http/server.ts';
import { type Actor, systemActor } from '../../src/kernel/actor.ts';
import type { Clock } from '../../src/kernel/clock.ts';
import type { Ledger } from '../../src/ledger/index.ts';
import { inspectModel } from '../../src/onnx/index.ts';
import { placeMigratedFile } from './migrated-databases.ts';
import { createSpine } from './spine.ts';

/** Serving over real stores in one folder, with a registry to put models in. */
export interface ServingStack {
  folder: string;
  serving: Serving;
  registry: Registry;
  ledger: Ledger;
  blobs: Blobs;
  data: Awaited<ReturnType<typeof createData>>;
  /** Failures no caller saw. */
  errors: unknown[];
  /** Registers bytes as the next version of a model; with `alias`, points that to it. */
  register(model: string, bytes: Uint8Array, alias?: string): Promise<number>;
  listen(options?: { actor?: Actor; routes?: Route[] }): Promise<Server>;
  /** Closes it; the folder stays for another to open. */
  close(): Promise<void>;
  dispose(): Promise<void>;
}

interface StackOptions
  extends Partial<
    Pick<
      ServingOptions,
      'flushMs' | 'segmentRows' | 'judgeMs' | 'runtimes' | 'program' | 'sinkTuning' | 'onlineFeatures'
    >
  > {
  folder?: string;
  clock?: Clock;
  gate?: PromotionGate;
  background?: boolean;
  /** How long another must wait for the tasks of a process that was killed. */
  leaseMs?: number;
}

/** Opens a stack, in a folder of its own unless one is given. */
export async function openServing(options: StackOptions = {}): Promise<ServingStack> {
  const { gate = openGate, background = true, clock, leaseMs, folder: given, ...tuning } = options;
  const folder = given ?? (await mkdtemp(join(tmpdir(), 'tidemill-serving-')));
  await placeMigratedFile(join(folder, 'tidemill.db'));
  const database = await connect(join(folder, 'tidemill.db'));
  await migrate(database);
  const spine = createSpine(database, clock, leaseMs);
  const blobs = await createLocalBlobs(folder);
  const engine = createEngine({ threads: 1, tempFolder: join(folder, 'temp') });
  const common = { database, ledger: spine.ledger, clock: spine.clock, blobs };
  const inspector = { inspect: async (bytes: Uint8Array) => ({ bytes, signature: signatureOf(bytes) }) };
  const registry = createRegistry({ ...common, inspector, gate });
  const data = await createData({ ...common, engine, stagingFolder: join(folder, 'staging-data') });
  const errors = spine.errors;
  const serving = createServing({
    ...common,
    background: spine.background,
    engine,
    registry,
    data,
    folder: join(folder, 'predictions'),
    onError: (error) => errors.push(error),
    judgeMs: 50,
    flushMs: 10,
    ...tuning,
  });
  await serving.open();
  if (background) spine.background.start();
  const servers: Server[] = [];
  const close = async () => {
    for (const server of servers) await server.close();
    await spine.background.stop();
    await serving.close();
    await engine.close();
    await database.close();
  };
  return {
    folder,
    serving,
    registry,
    blobs,
    ledger: spine.ledger,
    data,
    errors,
    register: (model, bytes, alias) => register({ registry, blobs }, { model, bytes, alias }),
    async listen({ actor = systemActor, routes = servingRoutes(serving) } = {}) {
      const server = await startServer(routes, actor, errors);
      servers.push(server);
      return server;
    },
    close,
    async dispose() {
      await close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function startServer(routes: Route[], actor: Actor, errors: unknown[]): Promise<Server> {
  return listen({
    routes,
    authenticator: { authenticate: () => actor },
    host: '127.0.0.1',
    port: 0,
    publicUrl: '',
    allowedHosts: [],
    maxBodyBytes: 16_777_216,
    checkAnswers: true,
    onFault: (error) => errors.push(error),
  });
}

function signatureOf(bytes: Uint8Array) {
  const { inputs, outputs } = inspectModel(bytes);
  const spec = ({ name, type, shape }: (typeof inputs)[number]) => ({
    name,
    type,
    shape: shape.map((size) => (typeof size === 'number' ? size : null)),
  });
  return { inputs: inputs.map(spec), outputs: outputs.map(spec) };
}

async function register(
  deps: { registry: Registry; blobs: Awaited<ReturnType<typeof createLocalBlobs>> },
  { model, bytes, alias }: { model: string; bytes: Uint8Array; alias: string | undefined },
): Promise<number> {
  const { digest } = await deps.blobs.put(bytes);
  const { number } = await deps.registry.versions.register(systemActor, { model, digest });
  if (alias) await deps.registry.promotions.setAlias(systemActor, { model, alias, version: number });
  return number;
}
