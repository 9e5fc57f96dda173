import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Blobs, createLocalBlobs } from '../../src/blobs/index.ts';
import { createLoggedModels, type LoggedModels } from '../../src/domains/logged-models/index.ts';
import {
  createRegistry,
  onnxInspector,
  openGate,
  type PromotionGate,
  type Registry,
} from '../../src/domains/registry/index.ts';
import { createTracking, type Tracking } from '../../src/domains/tracking/index.ts';
import { listen, type Server } from '../../src/http/server.ts';
import { systemActor } from '../../src/kernel/actor.ts';
import { artifactRoutes } from '../../src/protocols/mlflow/artifacts.ts';
import { ownersArtifactRoutes } from '../../src/protocols/mlflow/artifacts-of-runs.ts';
import { modelVersionRoutes } from '../../src/protocols/mlflow/model-versions.ts';
import { aliasRoutes } from '../../src/protocols/mlflow/registered-model-aliases.ts';
import { registeredModelRoutes } from '../../src/protocols/mlflow/registered-models.ts';
import { openSqlite } from './databases.ts';
import { createSpine } from './spine.ts';

/** An answer of the server: its status, and its body read as JSON where it is that. */
export interface Answer {
  status: number;
  body: Body;
}

interface Pair {
  key: string;
  value: string;
}

/** A version on the wire. */
export interface WireVersion {
  name: string;
  version: string;
  current_stage: string;
  creation_timestamp: number;
  source: string;
  run_id: string;
  description: string;
  tags?: Pair[];
  aliases?: string[];
}

/** A model on the wire. */
export interface WireModel {
  name: string;
  description?: string;
  creation_timestamp: number;
  latest_versions?: WireVersion[];
  tags?: Pair[];
  aliases?: { alias: string; version: string }[];
}

interface Body {
  error_code: string;
  message: string;
  registered_model: WireModel;
  registered_models?: WireModel[];
  model_version: WireVersion;
  model_versions?: WireVersion[];
  next_page_token?: string;
  artifact_uri: string;
}

/** The registry's wire over real domains, and hands on them. */
export interface RegistryWorld {
  server: Server;
  registry: Registry;
  tracking: Tracking;
  loggedModels: LoggedModels;
  blobs: Blobs;
  /** Answers of the server that were its own fault. */
  faults: unknown[];
  /** Sends a request below `/api/2.0/mlflow`; the query of a GET, the JSON body of all others. */
  call(method: string, path: string, fields?: Record<string, unknown>, permissions?: string): Promise<Answer>;
  /** Puts another gate in place of the open one. */
  guard(gate: PromotionGate): void;
  /** A run with files, and its id. */
  runWith(files: Record<string, string | Uint8Array>): Promise<string>;
  /** A logged model with files, and its id. */
  loggedModelWith(files: Record<string, string | Uint8Array>, sourceRunId?: string): Promise<string>;
  close(): Promise<void>;
}

/** Opens the registry's wire; `allowed` are prefixes of outside sources. */
export async function openRegistryWorld(allowed: readonly string[] = []): Promise<RegistryWorld> {
  const opened = await openSqlite();
  const folder = await mkdtemp(join(tmpdir(), 'tidemill-mlflow-registry-'));
  const blobs = await createLocalBlobs(folder);
  const { ledger, clock } = createSpine(opened.database);
  const shared = { database: opened.database, ledger, clock, blobs };
  const tracking = createTracking(shared);
  const loggedModels = createLoggedModels({ ...shared, tracking });
  let gate: PromotionGate = openGate;
  const registry = createRegistry({
    ...shared,
    inspector: onnxInspector,
    gate: { check: (asked) => gate.check(asked) },
  });
  const services = { registry, tracking, loggedModels };
  const faults: unknown[] = [];
  const server = await openServer(services, { allowed, faults });
  return {
    ...{ server, blobs, faults, ...services, call: createCall(server.url) },
    guard: (other) => {
      gate = other;
    },
    runWith: (files) => runWith(tracking, files),
    loggedModelWith: (files, sourceRunId = '') => loggedModelWith(services, { files, sourceRunId }),
    close: async () => {
      await server.close();
      await opened.dispose();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

type Domains = Pick<RegistryWorld, 'registry' | 'tracking' | 'loggedModels'>;

function openServer(services: Domains, { allowed, faults }: { allowed: readonly string[]; faults: unknown[] }) {
  return listen({
    routes: [
      ...artifactRoutes(services),
      ...ownersArtifactRoutes(services),
      ...registeredModelRoutes(services.registry),
      ...aliasRoutes(services),
      ...modelVersionRoutes(services, { modelSources: allowed }),
    ],
    authenticator: {
      authenticate: ({ authorization }) => ({
        ...systemActor,
        permissions: authorization?.replace('Bearer ', '').split(',') ?? ['*'],
      }),
    },
    ...{ host: '127.0.0.1', port: 0, publicUrl: '', allowedHosts: [], maxBodyBytes: 16_777_216, checkAnswers: true },
    onFault: (error) => faults.push(error),
  });
}

function createCall(url: string): RegistryWorld['call'] {
  return async (method, path, fields = {}, permissions) => {
    const at = new URL(`${url}/api/2.0/mlflow/${path}`);
    if (method === 'GET') {
      for (const [name, value] of Object.entries(fields)) {
        for (const one of [value].flat()) at.searchParams.append(name, String(one));
      }
    }
    const response = await fetch(at, {
      method,
      headers: {
        ...(permissions !== undefined && { authorization: `Bearer ${permissions}` }),
        ...(method !== 'GET' && { 'content-type': 'application/json' }),
      },
      ...(method !== 'GET' && { body: JSON.stringify(fields) }),
    });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json');
    return { status: response.status, body: isJson ? JSON.parse(text) : text };
  };
}

async function runWith(tracking: Tracking, files: Record<string, string | Uint8Array>): Promise<string> {
  const { id } = await tracking.runs.create(systemActor, { experiment: '0' });
  for (const [path, content] of Object.entries(files)) await tracking.runs.artifacts.put(id, path, content);
  return id;
}

async function loggedModelWith(
  { tracking, loggedModels }: Domains,
  { files, sourceRunId }: { files: Record<string, string | Uint8Array>; sourceRunId: string },
): Promise<string> {
  const { id } = await loggedModels.create(systemActor, { experiment: '0', name: 'model', sourceRunId });
  for (const [path, content] of Object.entries(files)) await tracking.artifacts.put(id, path, content);
  return id;
}
