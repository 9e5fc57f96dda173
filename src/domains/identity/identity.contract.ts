import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { backends, TestDatabase } from '../../../test/support/databases.ts';
import { createSpine, type Spine } from '../../../test/support/spine.ts';
import { type Actor, may } from '../../kernel/actor.ts';
import { createManualClock, type ManualClock } from '../../kernel/clock.ts';
import { sha256 } from '../../kernel/hash.ts';
import { createIdentity, type Identity, localActor } from './index.ts';
import type { IdentityTables } from './tables.ts';

/** What identity keeps, on every database. */
export function describeIdentity(backend: (typeof backends)[number]): void {
  describe(`identity on ${backend.name}`, () => {
    let opened: TestDatabase;
    let spine: Spine;
    let clock: ManualClock;
    let identity: Identity;
    const db = () => opened.database.query.withTables<IdentityTables>();
    const start = Date.UTC(2026, 4, 1);

    beforeAll(async () => {
      opened = await backend.open();
    });
    afterAll(() => opened.dispose());
    beforeEach(async () => {
      await db().deleteFrom('token').execute();
      clock = createManualClock(start);
      spine = createSpine(opened.database, clock);
      identity = createIdentity({ database: opened.database, ledger: spine.ledger, clock, mostFailuresPerMinute: 3 });
    });

    const anew = () => createIdentity({ database: opened.database, ledger: spine.ledger, clock });
    const ask = async (
      authorization: string | undefined,
      more: { isLoopback?: boolean; authRequired?: boolean } = {},
    ) => identity.authenticate({ isLoopback: false, authRequired: false, ...more, authorization });
    const bearer = (secret: string, by = identity) =>
      (async () =>
        by.authenticate({
          authorization: `Bearer ${secret}`,
          isLoopback: false,
          authRequired: true,
          client: secret,
        }))();
    const basic = (user: string, password: string) => `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
    const admin: Actor = { id: 'admin', kind: 'user', name: 'admin', permissions: ['*'] };
    const lastEvents = async (limit: number) => spine.ledger.read({ limit, newestFirst: true });

    test('without a header loopback is let in, unless a token is demanded; others never are', async () => {
      expect(await ask(undefined, { isLoopback: true })).toBe(localActor);
      await expect(ask(undefined, { isLoopback: true, authRequired: true })).rejects.toMatchObject({
        code: 'unauthenticated',
      });
      await expect(ask(undefined)).rejects.toMatchObject({ code: 'unauthenticated' });
    });

    test('a wrong header is refused on loopback too: an expired token must not become the local user', async () => {
      for (const wrong of ['', 'Bearer', 'Bearer x y', 'Basic !!!', 'Digest abc', 'Bearer nonsense', basic('u', 'p')]) {
        await expect(ask(wrong, { isLoopback: true })).rejects.toMatchObject({
          code: expect.stringMatching(/^(unauthenticated|limited)$/),
        });
      }
    });

    test('the admin token is made once, shown once, and kept only as its hash', async () => {
      const secrets = await Promise.all([
        identity.ensureAdminToken(),
        anew().ensureAdminToken(),
        anew().ensureAdminToken(),
      ]);
      const [secret, ...none] = secrets.filter((one) => one !== undefined);
      expect(none).toEqual([]);
      expect(await identity.ensureAdminToken()).toBeUndefined();
      expect(await ask(`Bearer ${secret}`)).toEqual({ id: 'admin', kind: 'user', name: 'admin', permissions: ['*'] });
      expect(await ask(`bearer  ${secret}`)).toMatchObject({ id: 'admin' });
      expect(await ask(basic('whoever', secret!))).toMatchObject({ id: 'admin' });
      const rows = await db().selectFrom('token').selectAll().execute();
      expect(rows.map((row) => row.hash)).toEqual([sha256(secret!)]);
      expect(JSON.stringify([rows, await lastEvents(1)])).not.toContain(secret);
      expect(await lastEvents(1)).toMatchObject([{ type: 'token.created', actor: { id: 'system' } }]);
    });

    test('rotating the admin token refuses the old one from then on', async () => {
      const old = (await identity.ensureAdminToken())!;
      await bearer(old);
      const fresh = await identity.rotateAdminToken(admin);
      await expect(bearer(old)).rejects.toMatchObject({ code: 'unauthenticated' });
      expect(await bearer(fresh)).toMatchObject({ id: 'admin' });
      expect((await lastEvents(2)).map((event) => event.type)).toEqual(['token.created', 'token.revoked']);
    });

    test('a service token does what it was given, until it expires', async () => {
      const wanted = { name: 'ci', permissions: ['models.read', 'data.*'], ttlMs: 60_000 };
      const { token, secret } = await identity.createToken(admin, wanted);
      expect(token).toMatchObject({ kind: 'service', name: 'ci', createdBy: 'admin', expiresAt: start + 60_000 });
      const actor = await bearer(secret);
      expect(actor).toMatchObject({ id: token.id, kind: 'service', name: 'ci' });
      const asked = ['models.read', 'models.write', 'data.write', 'admin.read', 'me.read'];
      expect(asked.map((permission) => may(actor, permission))).toEqual([true, false, true, false, true]);
      clock.advance(59_999);
      expect(await bearer(secret)).toBe(actor);
      clock.advance(1);
      await expect(bearer(secret)).rejects.toThrow('The token has expired.');
    });

    test('nobody gives away what they do not hold', async () => {
      const some: Actor = { id: 's', kind: 'service', name: 'some', permissions: ['models.*', 'admin.write'] };
      await identity.createToken(some, { name: 'fine', permissions: ['models.read', 'models.*'] });
      for (const permission of ['*', 'data.read', 'admin.*']) {
        const wanted = { name: 'greedy', permissions: [permission] };
        await expect(identity.createToken(some, wanted)).rejects.toMatchObject({ code: 'forbidden' });
      }
    });

    test('a revoked token is refused at once; the admin token cannot be revoked', async () => {
      const { token, secret } = await identity.createToken(admin, { name: 'ci', permissions: ['*'] });
      await bearer(secret);
      await identity.revokeToken(admin, token.id);
      await expect(bearer(secret)).rejects.toThrow('The token was revoked.');
      const events = await lastEvents(5);
      await identity.revokeToken(admin, token.id);
      expect(await lastEvents(5)).toEqual(events);
      await identity.ensureAdminToken();
      const adminToken = (await identity.tokens({ limit: 1 })).items[0]!;
      await expect(identity.revokeToken(admin, adminToken.id)).rejects.toMatchObject({ code: 'conflict' });
      await expect(identity.revokeToken(admin, 'none')).rejects.toMatchObject({ code: 'not_found' });
    });

    test('another process hears of a revocation within its memory of five seconds', async () => {
      const other = anew();
      const { token, secret } = await identity.createToken(admin, { name: 'ci', permissions: ['*'] });
      await bearer(secret, other);
      await identity.revokeToken(admin, token.id);
      await expect(bearer(secret, anew())).rejects.toMatchObject({ code: 'unauthenticated' });
      await expect(bearer(secret, identity)).rejects.toMatchObject({ code: 'unauthenticated' });
    });

    test('tokens are listed newest first, in pages, without hash, without those of steps', async () => {
      for (let i = 0; i < 5; i++) await identity.createToken(admin, { name: `t${i}`, permissions: ['data.read'] });
      await identity.mintStepToken({ runId: 'r', step: 's', permissions: [], ttlMs: 1 });
      const first = await identity.tokens({ limit: 3 });
      const second = await identity.tokens({ limit: 3, pageToken: first.nextPageToken });
      expect([...first.items, ...second.items].map((token) => token.name)).toEqual(['t4', 't3', 't2', 't1', 't0']);
      expect(second.nextPageToken).toBeUndefined();
      expect(Object.keys(first.items[0]!)).not.toContain('hash');
    });

    test('a step token is its step, expires, is revoked with its run, and is swept away later', async () => {
      const mint = (step: string, runId = 'run1') =>
        identity.mintStepToken({ runId, step, permissions: ['tracking.write'], ttlMs: 60_000 });
      const [a, b, c] = [await mint('a'), await mint('b'), await mint('a', 'run2')];
      expect(await bearer(a.secret)).toEqual({
        id: 'step:run1/a',
        kind: 'step',
        name: 'a',
        permissions: ['tracking.write', 'me.read'],
      });
      await bearer(b.secret);
      await identity.revokeStepTokens({ runId: 'run1', step: 'a' });
      await expect(bearer(a.secret)).rejects.toMatchObject({ code: 'unauthenticated' });
      await bearer(b.secret);
      await identity.revokeStepTokens({ runId: 'run1' });
      await expect(bearer(b.secret)).rejects.toMatchObject({ code: 'unauthenticated' });
      await bearer(c.secret);
      clock.advance(60_000);
      await expect(bearer(c.secret)).rejects.toMatchObject({ code: 'unauthenticated' });
      clock.advance(2 * 86_400_000);
      await mint('later');
      expect((await db().selectFrom('token').select('name').execute()).map((row) => row.name)).toEqual(['later']);
    });

    test('wrong tokens are counted by client and limited; a right one still passes', async () => {
      const { secret } = await identity.createToken(admin, { name: 'ci', permissions: ['*'] });
      const events = await lastEvents(1);
      const from = async (client: string, token: string) =>
        identity.authenticate({ authorization: `Bearer ${token}`, isLoopback: false, authRequired: true, client });
      for (let i = 0; i < 3; i++) {
        await expect(from('1.2.3.4', `guess${i}`)).rejects.toMatchObject({ code: 'unauthenticated' });
      }
      await expect(from('1.2.3.4', 'guess')).rejects.toMatchObject({
        code: 'limited',
        details: { retryAfterSeconds: 60 },
      });
      await expect(from('5.6.7.8', 'guess')).rejects.toMatchObject({ code: 'unauthenticated' });
      expect(await from('1.2.3.4', secret)).toMatchObject({ name: 'ci' });
      expect(identity.loginFailures()).toEqual({ failed: 5, limited: 1 });
      clock.advance(60_000);
      await expect(from('1.2.3.4', 'guess')).rejects.toMatchObject({ code: 'unauthenticated' });
      expect(await lastEvents(1)).toEqual(events);
    });

    test('a token with a rate is refused beyond it, with the seconds to wait; others are not', async () => {
      const rateLimit = { requestsPerSecond: 0.01, burst: 2 };
      const { secret, token } = await identity.createToken(admin, { name: 'slow', permissions: ['*'], rateLimit });
      expect(token.rateLimit).toEqual(rateLimit);
      const free = await identity.createToken(admin, { name: 'free', permissions: ['*'] });
      await bearer(secret);
      await bearer(secret);
      const refused = { code: 'limited', details: { retryAfterSeconds: 100 } };
      await expect(bearer(secret)).rejects.toMatchObject(refused);
      await expect(bearer(secret)).rejects.toMatchObject(refused);
      for (let i = 0; i < 5; i++) await bearer(free.secret);
      await expect(identity.tokens({ limit: 10 })).resolves.toMatchObject({
        items: [
          { name: 'free', rateLimit: null },
          { name: 'slow', rateLimit },
        ],
      });
    });

    test('a token seen before is known without a query', async () => {
      const { secret } = await identity.createToken(admin, { name: 'ci', permissions: ['*'] });
      const credentials = { authorization: `Bearer ${secret}`, isLoopback: false, authRequired: true };
      expect(identity.authenticate(credentials)).toBeInstanceOf(Promise);
      await bearer(secret);
      expect(identity.authenticate(credentials)).toMatchObject({ name: 'ci' });
    });
  });
}
