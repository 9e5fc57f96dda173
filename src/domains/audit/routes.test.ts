import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openSqlite, type TestDatabase } from '../../../test/support/databases.ts';
import { createSpine, type Spine } from '../../../test/support/spine.ts';
import { listen, type Server } from '../../http/server.ts';
import { systemActor } from '../../kernel/actor.ts';
import { createManualClock } from '../../kernel/clock.ts';
import { createAudit, loadLedgerKey } from '../../ledger/index.ts';
import { createIdentity, identityRoutes } from '../identity/index.ts';
import { auditRoutes } from './index.ts';

let opened: TestDatabase;
let folder: string;
let server: Server;
let spine: Spine;
let secret: string;

beforeAll(async () => {
  opened = await openSqlite();
  folder = await mkdtemp(join(tmpdir(), 'tidemill-audit-routes-'));
  const { database } = opened;
  spine = createSpine(database, createManualClock(Date.UTC(2026, 0, 2)));
  const { ledger, clock, background } = spine;
  const identity = createIdentity({ database, ledger, clock });
  const audit = createAudit({ database, clock, background, key: await loadLedgerKey(join(folder, 'key.pem')) });
  server = await listen({
    routes: [...auditRoutes({ audit, ledger }), ...identityRoutes(identity)],
    port: 0,
    host: '127.0.0.1',
    publicUrl: '',
    allowedHosts: [],
    maxBodyBytes: 100_000,
    checkAnswers: true,
    authenticator: { authenticate: (request) => identity.authenticate({ ...request, authRequired: true }) },
    onFault: (error) => spine.errors.push(error),
  });
  secret = (await identity.ensureAdminToken())!;
  await happen(1);
  await audit.seal();
});
afterAll(async () => {
  await server.close();
  expect(spine.errors).toEqual([]);
  await opened.dispose();
  await rm(folder, { recursive: true, force: true });
});

async function happen(count: number): Promise<void> {
  for (let i = 0; i < count; i++) {
    const subject = { kind: 'webhook', id: `w${i}` };
    await opened.database.transaction((tx) =>
      spine.ledger.append(tx, { type: 'webhook.deleted', actor: systemActor, subject, data: {} }),
    );
  }
}
const call = async (method: string, path: string, body?: unknown, token = secret) => {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const answer = await fetch(server.url + path, {
    method,
    headers,
    body: body === undefined ? null : JSON.stringify(body),
  });
  const text = await answer.text();
  return { status: answer.status, body: text ? JSON.parse(text) : undefined };
};

describe('the ledger over HTTP', () => {
  test('lists, filters, proves and verifies', async () => {
    const { body } = await call('GET', '/api/v1/ledger/events?limit=10&types=webhook.*&from=2026-01-01T00:00:00Z');
    expect(body.items).toMatchObject([{ position: 2, type: 'webhook.deleted', at: '2026-01-02T00:00:00.000Z' }]);
    expect((await call('GET', '/api/v1/ledger/events?types=nonsense')).status).toBe(400);
    expect((await call('GET', '/api/v1/ledger/events?from=yesterday')).status).toBe(400);
    const proof = await call('GET', '/api/v1/ledger/events/2/proof');
    expect(proof.body).toMatchObject({ index: 1, path: [expect.any(String)], checkpoint: { size: 2 } });
    expect((await call('GET', '/api/v1/ledger/events/99/proof')).status).toBe(404);
    expect((await call('GET', '/api/v1/ledger/checkpoints/latest')).body).toMatchObject({
      checkpoint: { size: 2, at: '2026-01-02T00:00:00.000Z' },
      publicKey: expect.stringContaining('BEGIN PUBLIC KEY'),
    });
    expect((await call('GET', '/api/v1/ledger/consistency?oldSize=1')).body.path).toHaveLength(1);
    expect((await call('POST', '/api/v1/ledger/verify', {})).body).toMatchObject({ ok: true, events: 2, sealedTo: 2 });
    expect((await call('GET', '/api/v1/ledger/readers')).body).toEqual({ items: [] });
  });

  test('streams what happens, and goes on after a break where it was', async () => {
    const leaving = new AbortController();
    const follow = async (headers: Record<string, string>, query = '') => {
      const answer = await fetch(`${server.url}/api/v1/ledger/stream${query}`, {
        headers: { authorization: `Bearer ${secret}`, ...headers },
        signal: leaving.signal,
      });
      expect(answer.headers.get('content-type')).toBe('text/event-stream');
      const reader = answer.body!.pipeThrough(new TextDecoderStream()).getReader();
      let seen = '';
      return async (count: number) => {
        while ((seen.match(/^id: /gm) ?? []).length < count) seen += (await reader.read()).value;
        return [...seen.matchAll(/^id: (\d+)\ndata: (.*)$/gm)].map(([, id, data]) => [
          Number(id),
          JSON.parse(data!).type,
        ]);
      };
    };
    const fromTwo = await follow({ 'last-event-id': '1' });
    expect(await fromTwo(1)).toEqual([[2, 'webhook.deleted']]);
    await happen(2);
    expect((await fromTwo(3)).map(([id]) => id)).toEqual([2, 3, 4]);
    const tokens = await follow({}, '?after=0&types=token.*');
    expect(await tokens(1)).toEqual([[1, 'token.created']]);
    leaving.abort();
  });

  test('tokens: made, used within their permissions, listed and revoked', async () => {
    expect((await call('GET', '/api/v1/me')).body).toMatchObject({ id: 'admin', permissions: ['*'] });
    const made = await call('POST', '/api/v1/tokens', { name: 'ci', permissions: ['ledger.read'], ttlMs: 60_000 });
    expect(made).toMatchObject({ status: 201, body: { token: { name: 'ci', expiresAt: '2026-01-02T00:01:00.000Z' } } });
    const { token, secret: ci } = made.body;
    expect((await call('GET', '/api/v1/me', undefined, ci)).body).toMatchObject({ kind: 'service', name: 'ci' });
    expect((await call('GET', '/api/v1/ledger/events', undefined, ci)).status).toBe(200);
    expect((await call('GET', '/api/v1/tokens', undefined, ci)).status).toBe(403);
    const listed = (await call('GET', '/api/v1/tokens')).body.items;
    expect(listed.map((one: { name: string }) => one.name)).toEqual(['ci', 'admin']);
    expect((await call('DELETE', `/api/v1/tokens/${token.id}`)).status).toBe(204);
    expect((await call('GET', '/api/v1/me', undefined, ci)).status).toBe(401);
    expect((await call('POST', '/api/v1/tokens', { name: 'x', permissions: ['all of it'] })).status).toBe(400);
    const old = secret;
    secret = (await call('POST', '/api/v1/admin-token/rotate', {})).body.secret;
    expect((await call('GET', '/api/v1/me')).status).toBe(200);
    expect((await call('GET', '/api/v1/me', undefined, old)).status).toBe(401);
  });
});
