import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLocalBlobs } from '../../src/blobs/index.ts';
import { createLoggedModels } from '../../src/domains/logged-models/index.ts';
import { createTracking, type Tracking } from '../../src/domains/tracking/index.ts';
import { listen } from '../../src/http/server.ts';
import { systemActor } from '../../src/kernel/actor.ts';
import { datasetRoutes } from '../../src/protocols/mlflow/datasets.ts';
import { experimentRoutes } from '../../src/protocols/mlflow/experiments.ts';
import { loggedModelRoutes } from '../../src/protocols/mlflow/logged-models.ts';
import { metricRoutes } from '../../src/protocols/mlflow/metrics.ts';
import { runInputRoutes } from '../../src/protocols/mlflow/run-inputs.ts';
import { runLoggingRoutes } from '../../src/protocols/mlflow/run-logging.ts';
import { runSearchRoutes } from '../../src/protocols/mlflow/run-search.ts';
import { runRoutes } from '../../src/protocols/mlflow/runs.ts';
import { openSqlite } from './databases.ts';
import type { Parsed } from './server-process.ts';
import { createSpine } from './spine.ts';

/** An answer of the protocol. */
export interface WireAnswer {
  status: number;
  body: Parsed;
}

/** A server of the protocol's tracking part over a database of its own. */
export interface MlflowTracking {
  url: string;
  tracking: Tracking;
  /** What went wrong inside; must stay empty. */
  faults: unknown[];
  get(path: string, query?: Record<string, string | string[]>): Promise<WireAnswer>;
  post(path: string, body?: unknown): Promise<WireAnswer>;
  dispose(): Promise<void>;
}

/** Opens the tracking part of the protocol over real HTTP; paths are below `/api/2.0/mlflow`. */
export async function openMlflowTracking(): Promise<MlflowTracking> {
  const opened = await openSqlite();
  const folder = await mkdtemp(join(tmpdir(), 'tidemill-mlflow-'));
  const { ledger, clock } = createSpine(opened.database);
  const shared = { database: opened.database, ledger, clock };
  const tracking = createTracking({ ...shared, blobs: await createLocalBlobs(folder) });
  const loggedModels = createLoggedModels({ ...shared, tracking });
  const services = { tracking, loggedModels };
  const { experiments, runs } = tracking;
  const faults: unknown[] = [];
  const server = await listen({
    routes: [
      ...experimentRoutes(experiments),
      ...runRoutes(tracking),
      ...runSearchRoutes(tracking),
      ...runLoggingRoutes(services),
      ...runInputRoutes(runs),
      ...metricRoutes(runs),
      ...datasetRoutes(runs),
      ...loggedModelRoutes(services),
    ],
    authenticator: { authenticate: () => systemActor },
    ...{ host: '127.0.0.1', port: 0, publicUrl: '', allowedHosts: [], maxBodyBytes: 16_777_216 },
    onFault: (error) => faults.push(error),
  });
  const send = async (path: string, init: RequestInit) => {
    const root = path.startsWith('/') ? '' : '/api/2.0/mlflow/';
    const response = await fetch(`${server.url}${root}${path}`, init);
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json');
    return { status: response.status, body: isJson ? JSON.parse(text) : text };
  };
  const headers = { 'content-type': 'application/json' };
  return {
    ...{ url: server.url, tracking, faults },
    get(path, query = {}) {
      const pairs = Object.entries(query).flatMap(([key, value]) => [value].flat().map((one) => [key, one]));
      return send(`${path}?${new URLSearchParams(pairs as [string, string][])}`, {});
    },
    post(path, body) {
      const text = typeof body === 'string' ? body : JSON.stringify(body ?? {});
      return send(path, { method: 'POST', headers, body: text });
    },
    async dispose() {
      await server.close();
      await opened.dispose();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
