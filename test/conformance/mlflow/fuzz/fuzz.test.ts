import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { documentedRoutes } from '../../../../src/app/routes.ts';
import type { Route } from '../../../../src/http/route.ts';
import { parseJson } from '../../../../src/kernel/json.ts';
import { mlflowRoutes } from '../../../../src/protocols/mlflow/index.ts';
import { createDealer, type Dealer } from '../../../support/fuzz.ts';
import { openServer } from '../../../support/in-process.ts';
import { cleanUp } from '../../../support/server-process.ts';
import { type FuzzRequest, randomRequest } from './requests.ts';
import { type Known, seedWire } from './seed-wire.ts';

// `TIDEMILL_FUZZ_SECONDS=300 TIDEMILL_FUZZ_SEED=7 npx vitest run test/conformance/mlflow/fuzz` looks longer, or again.
const seed = process.env['TIDEMILL_FUZZ_SEED'] ?? String(Date.now() % 1_000_000);
const seconds = Number(process.env['TIDEMILL_FUZZ_SECONDS'] ?? 12);
const longestMs = 10_000;

const hollow: never = new Proxy({}, { get: () => hollow }) as never;
const routes = mlflowRoutes(hollow, { version: '', modelSources: [] });
const nameOf = ({ method, path }: Pick<Route, 'method' | 'path'>) => `${method} ${path}`;

let server: Awaited<ReturnType<typeof openServer>>;
beforeAll(async () => {
  server = await openServer({ allowPrivateAddresses: true, logLevel: 'error' });
});
afterAll(async () => {
  await server?.close();
  await cleanUp();
});

test('every route of the protocol is one of the server', () => {
  const served = new Set(documentedRoutes('0').map(nameOf));
  expect(routes.map(nameOf).filter((name) => !served.has(name))).toEqual([]);
  expect(routes.length).toBeGreaterThan(200);
});

describe(`random requests, TIDEMILL_FUZZ_SEED=${seed}`, () => {
  test('are answered with success or in the words of the protocol', { timeout: (seconds + 120) * 1000 }, async () => {
    const faults = new Map<string, string>();
    const end = performance.now() + seconds * 1000;
    const counts: Record<number, number> = {};
    let known: Known = {};
    // Every route is tried once at least.
    for (let round = 0; performance.now() < end || round === 0; round++) {
      if (round % 5 === 0) known = merge(await seedWire(server.url), known);
      const queue = shuffled(routes, createDealer(`${seed}/${round}`));
      const lane = async () => {
        for (let route = queue.pop(); route; route = queue.pop()) {
          if (round > 0 && performance.now() > end) return;
          const request = randomRequest(route, createDealer(`${seed}/${round}/${nameOf(route)}`), known);
          const { status, fault } = await send(route, request);
          counts[status] = (counts[status] ?? 0) + 1;
          if (fault && !faults.has(nameOf(route))) faults.set(nameOf(route), `${shown(request)} → ${fault}`);
        }
      };
      await Promise.all([lane(), lane(), lane(), lane()]);
    }
    console.log(`seed ${seed}: answers by status ${JSON.stringify(counts)}`);
    expect([...faults.values()].join('\n')).toBe('');
    // Were everything refused, nothing would have been tried.
    expect(counts[200]).toBeGreaterThan(counts[404]! / 10);
  });
});

/** The names of the newest things and a few of the older ones, some of which are deleted by now. */
function merge(newest: Known, older: Known): Known {
  const names = Object.keys(newest).map((field) => [field, [...newest[field]!, ...(older[field] ?? [])].slice(0, 6)]);
  return Object.fromEntries(names);
}

function shuffled<T>(list: readonly T[], deal: Dealer): T[] {
  const left = [...list];
  return list.map(() => left.splice(deal(left.length), 1)[0]!);
}

async function send(
  route: Route,
  { method, target, headers, body }: FuzzRequest,
): Promise<{ status: number; fault?: string }> {
  const startedAt = performance.now();
  try {
    const signal = AbortSignal.timeout(longestMs);
    const answer = await fetch(server.url + target, {
      method,
      headers,
      signal,
      body: (body ?? null) as string | null,
      redirect: 'manual',
    });
    const text = Buffer.from(await answer.arrayBuffer()).toString('utf8');
    const fault = judge(route, { method, answer, text });
    const tookMs = performance.now() - startedAt;
    // A trace whose spans are still coming is waited for, for three seconds.
    if (tookMs > 6000) return { status: answer.status, fault: `after ${Math.round(tookMs)} ms` };
    return { status: answer.status, ...(fault && { fault: `${answer.status} ${fault} ${text.slice(0, 300)}` }) };
  } catch (error) {
    return { status: 0, fault: String((error as Error).cause ?? error) };
  }
}

/** What is wrong with an answer, if anything is. */
function judge(
  route: Route,
  { method, answer, text }: { method: string; answer: Response; text: string },
): string | undefined {
  const { status, headers } = answer;
  const type = headers.get('content-type') ?? '';
  if (status >= 500 && !(status === 501 && text.includes('"NOT_IMPLEMENTED"'))) return 'is a fault of ours';
  if (method === 'HEAD' || status === 304) return undefined;
  if (status < 400) return type.startsWith('application/json') && !isObject(text) ? 'is no JSON object' : undefined;
  if (route.path === '/v1/traces' || type.startsWith('application/x-protobuf')) return undefined;
  if (status === 404 && type.startsWith('text/html'))
    return text.includes('<h1>Not Found</h1>') ? undefined : 'is no plain 404';
  if (status === 416) return undefined;
  // What cannot be read as a path, or leaves the protocol's paths by `..`, comes to no route of the protocol.
  if (status === 400 && text.includes('is not a valid url component')) return undefined;
  if ((status === 404 || status === 400) && !/\/(ajax-)?api\/[23]\.0\/./.test(answer.url)) return undefined;
  if (!type.startsWith('application/json')) return `is not in the protocol's words but ${type}`;
  const body = isObject(text);
  const isWorded = typeof body?.['error_code'] === 'string' && typeof body['message'] === 'string';
  return isWorded && /^[A-Z_]+$/.test(String(body['error_code'])) ? undefined : 'is not an error as clients read it';
}

function isObject(text: string): Record<string, unknown> | undefined {
  try {
    // Files may be JSON of any shape; what the protocol says is an object.
    const value = parseJson(text);
    return value !== null && typeof value === 'object' ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

function shown({ method, target, headers, body }: FuzzRequest): string {
  const sent = body instanceof Uint8Array ? Buffer.from(body).toString('base64') : (body ?? '');
  return `${method} ${target.slice(0, 600)} ${JSON.stringify(headers)} ${sent.slice(0, 900)}`;
}
