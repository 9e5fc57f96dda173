import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLocalBlobs } from '../../src/blobs/index.ts';
import { createTraces, type Traces, tracesRoutes } from '../../src/domains/traces/index.ts';
import { createTracking, type Tracking } from '../../src/domains/tracking/index.ts';
import { listen } from '../../src/http/server.ts';
import { systemActor } from '../../src/kernel/actor.ts';
import { parseJson } from '../../src/kernel/json.ts';
import { traceRoutes } from '../../src/protocols/mlflow/traces.ts';
import { openSqlite } from './databases.ts';
import { createSpine } from './spine.ts';

/** A JSON body as a test reaches into it. */
export type Body = ReturnType<JSON['parse']>;

/** A server with the routes of traces, our own and MLflow's. */
export interface TraceStack {
  url: string;
  tracking: Tracking;
  traces: Traces;
  /** What was answered 5xx. */
  faults: unknown[];
  /** Sends JSON (or bytes as they are) and gives status and body. */
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  dispose(): Promise<void>;
}

/** An answer, its JSON parsed losslessly. */
export interface Answer {
  status: number;
  type: string;
  bytes: Buffer;
  body: Body;
}

/** Starts a server over a fresh SQLite database. */
export async function openTraces(): Promise<TraceStack> {
  const { database, dispose } = await openSqlite();
  const folder = await mkdtemp(join(tmpdir(), 'tidemill-traces-'));
  const { ledger, clock } = createSpine(database);
  const tracking = createTracking({ database, ledger, clock, blobs: await createLocalBlobs(folder) });
  const traces = createTraces({ database, ledger, clock, tracking });
  const faults: unknown[] = [];
  const server = await listen({
    routes: [...tracesRoutes(traces), ...traceRoutes({ traces, tracking })],
    port: 0,
    host: '127.0.0.1',
    publicUrl: '',
    allowedHosts: [],
    maxBodyBytes: 10_000_000,
    checkAnswers: true,
    authenticator: { authenticate: () => systemActor },
    onFault: (error) => faults.push(error),
  });
  return {
    ...{ url: server.url, tracking, traces, faults },
    call: (method, path, body, headers) => send(`${server.url}${path}`, { method, body, headers }),
    async dispose() {
      await server.close();
      await dispose();
      await rm(folder, { recursive: true });
    },
  };
}

async function send(
  url: string,
  { method, body, headers = {} }: { method: string; body: unknown; headers?: Record<string, string> | undefined },
): Promise<Answer> {
  const sent = body instanceof Uint8Array ? body : body === undefined ? null : JSON.stringify(body);
  const answer = await fetch(url, {
    method,
    headers: { 'content-type': 'application/json', ...headers },
    body: sent as string | null,
  });
  const bytes = Buffer.from(await answer.arrayBuffer());
  const type = (answer.headers.get('content-type') ?? '').split(';')[0]!;
  const isJson = /json/.test(type) && bytes.length > 0;
  return { status: answer.status, type, bytes, body: isJson ? parseJson(bytes.toString('utf8')) : undefined };
}
