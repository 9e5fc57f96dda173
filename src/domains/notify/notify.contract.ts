import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { backends, TestDatabase } from '../../../test/support/databases.ts';
import { testSecrets as secrets } from '../../../test/support/secrets.ts';
import { createSpine, type Spine } from '../../../test/support/spine.ts';
import { systemActor as actor } from '../../kernel/actor.ts';
import { createManualClock, type ManualClock } from '../../kernel/clock.ts';
import { fail } from '../../kernel/errors.ts';
import { createSecretBox } from '../../kernel/secret-box.ts';
import { createNotify, type Delivery, type Notify, signatureOf, type WebhookFormat } from './index.ts';
import type { NotifyTables } from './tables.ts';

interface Received {
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
}

const shout: WebhookFormat = {
  name: 'shout',
  check: ({ events }) => {
    if (events.includes('hush')) fail('invalid_input', 'That is too quiet.');
  },
  word: async ({ type, subject }) =>
    type === 'token.revoked' ? { topic: 'token.gone', body: () => `${subject.id.toUpperCase()}!` } : undefined,
  example: ({ topic = '' }) => ({ topic, body: () => 'EXAMPLE' }),
  headers: ({ secret }) => ({ 'x-shout': secret }),
};

/** What webhooks keep, on every database, against a receiver that really listens. */
export function describeNotify(backend: (typeof backends)[number]): void {
  describe(`notify on ${backend.name}`, () => {
    let opened: TestDatabase;
    let receiver: Server;
    let url: string;
    let received: Received[] = [];
    /** What the receiver answers by path; a function may keep it waiting. */
    let answers: Record<string, () => number | Promise<number>> = {};
    let replyHeaders: Record<string, string> = {};
    let clock: ManualClock;
    let spine: Spine;
    let notify: Notify;
    let running: Spine[] = [];
    const start = Date.UTC(2026, 6, 1);

    beforeAll(async () => {
      opened = await backend.open();
      receiver = createServer(async (request, response) => {
        const path = request.url!;
        received.push({ path, headers: request.headers, body: await text(request) });
        response.writeHead((await answers[path]?.()) ?? 200, replyHeaders).end('ok');
      });
      await new Promise<void>((done) => receiver.listen(0, '127.0.0.1', done));
      url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`;
    });
    afterAll(async () => {
      receiver.closeAllConnections();
      receiver.close();
      await opened.dispose();
    });
    beforeEach(async () => {
      const db = opened.database.query.withTables<
        NotifyTables & Record<'ledger_event' | 'ledger_cursor' | 'lease', object>
      >();
      for (const table of ['webhook_delivery', 'webhook', 'ledger_event', 'ledger_cursor', 'lease'] as const) {
        await db.deleteFrom(table).execute();
      }
      received = [];
      answers = {};
      replyHeaders = {};
      clock = createManualClock(start);
      boot();
    });
    afterEach(async () => {
      await Promise.all(running.map(({ background }) => background.stop()));
      running = [];
    });

    /** A server's part: it starts sending when its background does. */
    function boot(options: Partial<Parameters<typeof createNotify>[0]> = {}): void {
      const { database } = opened;
      spine = createSpine(database, clock);
      running.push(spine);
      notify = createNotify({
        database,
        clock,
        ledger: spine.ledger,
        background: spine.background,
        secrets,
        formats: [shout],
        allowPrivateAddresses: true,
        maxAttempts: 3,
        timeoutMs: 2_000,
        random: () => 0.5,
        ...options,
      });
    }
    const happen = (name = 'thing') =>
      opened.database.transaction((tx) =>
        spine.ledger.append(tx, {
          type: 'token.revoked',
          actor,
          subject: { kind: 'token', id: name, name },
          data: { name, reason: 'deleted' },
        }),
      );
    const hook = (name: string, events = ['token.*'], path = `/${name}`) =>
      notify.create(actor, { name, url: url + path, events, enabled: true, secret: 'a secret of 16 or more' });
    const log = async (name: string) => (await notify.deliveries({ name }, { limit: 100 })).items;
    const until = (check: () => boolean | Promise<boolean>) =>
      expect.poll(check, { timeout: 20_000, interval: 10 }).toBe(true);
    const settled = (name: string, state: Delivery['state'], count = 1) =>
      until(async () => (await log(name)).filter((delivery) => delivery.state === state).length === count);
    const tried = (name: string, attempts: number) =>
      until(async () => {
        const [delivery] = await log(name);
        return delivery?.attempts === attempts && (delivery.status !== null || delivery.error !== null);
      });

    test('an event is posted once to those who want it, signed so that the receiver can check it', async () => {
      await happen('before');
      await hook('wants');
      await hook('other', ['webhook.*']);
      spine.background.start();
      await happen('after');
      await settled('wants', 'delivered');
      const [got, ...more] = received.filter((one) => one.path === '/wants');
      expect(more).toEqual([]);
      const body = JSON.parse(got!.body);
      expect(body).toMatchObject({ type: 'token.revoked', subject: { id: 'after' }, at: '2026-07-01T00:00:00.000Z' });
      const id = got!.headers['x-tidemill-delivery'] as string;
      const timestamp = Number(got!.headers['x-tidemill-timestamp']);
      expect([body.id, timestamp]).toEqual([id, start / 1000]);
      const signed = { id, timestamp, body: got!.body };
      const signature = got!.headers['x-tidemill-signature'];
      expect(signature).toBe(signatureOf({ ...signed, secret: 'a secret of 16 or more' }));
      expect(signature).not.toBe(signatureOf({ ...signed, secret: 'another secret of 16' }));
      expect(await log('wants')).toMatchObject([
        { state: 'delivered', attempts: 1, status: 200, eventPosition: body.position },
      ]);
      expect(await log('other')).toEqual([]);
    });

    test('a receiver that fails is tried again later and later, under the same id, then no more', async () => {
      answers['/bad'] = () => 500;
      await hook('bad');
      spine.background.start();
      await happen();
      for (const [attempt, pause] of [
        [1, 5_000],
        [2, 10_000],
      ] as const) {
        await tried('bad', attempt);
        await until(async () => (await log('bad'))[0]!.nextAt === clock.now() + pause);
        clock.advance(pause);
        spine.background.wake('notify:deliver');
      }
      await settled('bad', 'failed');
      expect(await log('bad')).toMatchObject([{ attempts: 3, status: 500, nextAt: null }]);
      expect(new Set(received.map((one) => one.headers['x-tidemill-delivery'])).size).toBe(1);
      answers = {};
      await notify.redeliver('bad', (await log('bad'))[0]!.id);
      await settled('bad', 'delivered');
      expect(received).toHaveLength(4);
      await expect(notify.redeliver('bad', 'none')).rejects.toMatchObject({ code: 'not_found' });
    });

    test('a busy receiver says when to come back; a refusal is final; a redirect is not followed', async () => {
      replyHeaders = { 'retry-after': '120', location: `${url}/elsewhere` };
      answers = { '/busy': () => 429, '/refuses': () => 400, '/moved': () => 302 };
      for (const name of ['busy', 'refuses', 'moved']) await hook(name);
      spine.background.start();
      await happen();
      await settled('refuses', 'failed');
      await settled('moved', 'failed');
      await tried('busy', 1);
      await until(async () => (await log('busy'))[0]!.nextAt === start + 120_000);
      expect(await log('moved')).toMatchObject([{ attempts: 1, status: 302 }]);
      expect(received.map((one) => one.path)).not.toContain('/elsewhere');
    });

    test('a receiver that is not there, or too slow, is tried again; a slow one holds up nobody else', async () => {
      let release: (status: number) => void = () => {};
      const held = new Promise<number>((done) => {
        release = done;
      });
      answers['/slow'] = () => held;
      await hook('slow');
      await hook('quick');
      await notify.create(actor, { name: 'absent', url: 'http://127.0.0.1:1/', events: ['*'], enabled: true });
      spine.background.start();
      for (let i = 0; i < 10; i++) await happen(`t${i}`);
      await settled('quick', 'delivered', 10);
      expect((await log('slow')).every((delivery) => delivery.state === 'pending')).toBe(true);
      await until(async () =>
        (await log('slow')).some((delivery) => delivery.error === 'There was no answer in time.'),
      );
      release(200);
      await until(async () => (await log('absent')).some((one) => one.error?.includes('ECONNREFUSED') === true));
    });

    test('a server that stops gives back what was under way, uncounted', async () => {
      let release: (status: number) => void = () => {};
      answers['/held'] = () =>
        new Promise<number>((done) => {
          release = done;
        });
      await hook('held');
      spine.background.start();
      await happen();
      await until(() => received.some((one) => one.path === '/held'));
      await spine.background.stop();
      release(200);
      expect(await log('held')).toMatchObject([{ state: 'pending', attempts: 0, nextAt: start }]);
    });

    test('events written while nobody sends are queued when one comes back', async () => {
      await hook('later');
      for (let i = 0; i < 5; i++) await happen(`t${i}`);
      boot();
      spine.background.start();
      await settled('later', 'delivered', 5);
      expect(received.map((one) => JSON.parse(one.body).subject.id).sort()).toEqual(['t0', 't1', 't2', 't3', 't4']);
    });

    test('a webhook that is off keeps its deliveries until it is on again; a deleted one loses them', async () => {
      await hook('switch');
      const spec = { url: `${url}/switch`, events: ['token.*'] };
      await notify.declare(actor, 'switch', { ...spec, enabled: false });
      spine.background.start();
      await happen();
      await until(async () => (await log('switch')).length === 1);
      await until(async () => (await spine.ledger.readers())[0]?.behind === 0);
      expect(received).toEqual([]);
      await notify.declare(actor, 'switch', spec);
      spine.background.wake('notify:deliver');
      await settled('switch', 'delivered');
      await notify.undeclare(actor, 'switch');
      await expect(log('switch')).rejects.toMatchObject({ code: 'not_found' });
    });

    test('a private address is refused when given, and at the connection too', async () => {
      await hook('inside');
      boot({ allowPrivateAddresses: false });
      await expect(notify.declare(actor, 'new', { url })).rejects.toMatchObject({ code: 'forbidden_address' });
      await expect(notify.declare(actor, 'inside', { url: 'http://[::1]/' })).rejects.toMatchObject({
        code: 'forbidden_address',
      });
      expect(await notify.test(actor, 'inside')).toMatchObject({
        state: 'failed',
        error: expect.stringContaining('not a public address'),
      });
      expect(received).toEqual([]);
    });

    test('a test is sent at once and once, and says what came of it', async () => {
      await hook('hook');
      expect(await notify.test(actor, 'hook')).toMatchObject({
        state: 'delivered',
        status: 200,
        eventType: 'webhook.test',
      });
      answers['/hook'] = () => 503;
      expect(await notify.test(actor, 'hook')).toMatchObject({ state: 'failed', status: 503, attempts: 1 });
      expect(received.map((one) => JSON.parse(one.body).type)).toEqual(['webhook.test', 'webhook.test']);
    });

    test('declaring is idempotent, and every change is one event', async () => {
      const types = async () => (await spine.ledger.read({ limit: 99 })).map((event) => event.type);
      const spec = { url, events: ['token.*'], enabled: true };
      await notify.declare(actor, 'w', spec);
      await notify.declare(actor, 'w', { events: ['token.*'], url });
      expect(await types()).toEqual(['webhook.created']);
      await notify.declare(actor, 'w', { ...spec, events: ['*'] });
      expect(await notify.declared()).toEqual([
        { name: 'w', spec: { ...spec, events: ['*'], format: 'tidemill', description: '' } },
      ]);
      await notify.undeclare(actor, 'w');
      expect(await types()).toEqual(['webhook.created', 'webhook.updated', 'webhook.deleted']);
      await expect(notify.undeclare(actor, 'w')).rejects.toMatchObject({ code: 'not_found' });
      for (const wrong of [{}, { url: 7 }, { url, events: [] }, { url, events: ['no.such-type'] }, { url, more: 1 }]) {
        await expect(notify.declare(actor, 'w', wrong)).rejects.toMatchObject({ code: 'invalid_input' });
      }
    });

    test('a secret is given once and never shown; a new one signs from then on', async () => {
      const { secret, webhook } = await notify.create(actor, { name: 'w', url, events: ['*'], enabled: true });
      await expect(notify.create(actor, { name: 'w', url, events: ['*'], enabled: true })).rejects.toMatchObject({
        code: 'already_exists',
      });
      const fresh = await notify.setSecret(actor, { name: 'w' });
      expect(fresh).not.toBe(secret);
      const given = 'given by the receiver';
      expect(await notify.setSecret(actor, { name: 'w', secret: given })).toBe(given);
      await notify.test(actor, 'w');
      const { headers, body } = received[0]!;
      const [id, timestamp] = [headers['x-tidemill-delivery'] as string, Number(headers['x-tidemill-timestamp'])];
      expect(headers['x-tidemill-signature']).toBe(signatureOf({ id, timestamp, body, secret: given }));
      const seen = [
        webhook,
        await notify.get('w'),
        await notify.list({ limit: 9 }),
        await spine.ledger.read({ limit: 9 }),
      ];
      for (const hidden of [secret, fresh, given]) expect(JSON.stringify(seen)).not.toContain(hidden);
    });

    test('a format words what it knows, in its own topics, with its own headers; without a secret nothing is signed', async () => {
      await notify.create(actor, {
        label: 'loud',
        url: `${url}/loud`,
        events: ['token.*'],
        format: 'shout',
        secret: null,
      });
      await expect(
        notify.create(actor, { name: 'x', url, events: ['revoked'], format: 'whisper' }),
      ).rejects.toMatchObject({ code: 'invalid_input', message: expect.stringContaining('tidemill, shout') });
      await expect(notify.declare(actor, 'x', { url, events: ['hush'], format: 'shout' })).rejects.toThrow('too quiet');
      spine.background.start();
      await happen('thing');
      await settled('loud', 'delivered');
      const [{ headers, body }] = received as [Received];
      expect([body, headers['x-shout'], headers['x-tidemill-delivery']]).toEqual(['THING!', '', undefined]);
      expect(await log('loud')).toMatchObject([{ eventType: 'token.gone' }]);
      const { id } = await notify.get('loud');
      await notify.change(actor, id, { secret: 'short' });
      const result = await notify.tryOut(actor, id, 'any');
      expect(result).toMatchObject({ delivery: { state: 'delivered', eventType: 'any' }, answer: 'ok' });
      expect(received.at(-1)).toMatchObject({ body: 'EXAMPLE', headers: { 'x-shout': 'short' } });
    });

    test('labels need not be unique, names are; what is not said of a change stays', async () => {
      const make = async () => {
        clock.advance(1);
        return (await notify.create(actor, { label: 'same', url, events: ['*'], format: 'shout' })).webhook;
      };
      const made = [await make(), await make(), await make()];
      expect(made.map(({ name, label }) => [name, label])).toEqual([
        ['same', 'same'],
        ['same-2', 'same'],
        ['same-3', 'same'],
      ]);
      await hook('own');
      const first = await notify.newest('shout', { limit: 2 });
      const second = await notify.newest('shout', { limit: 2, pageToken: first.nextPageToken });
      expect([...first.items, ...second.items]).toEqual(made.toReversed());
      const changed = await notify.change(actor, made[1]!.id, { label: 'other', description: 'd', enabled: false });
      const said = { name: 'other', label: 'other', description: 'd', enabled: false };
      expect(changed).toEqual({ ...made[1], ...said, updatedAt: clock.now() });
      expect(await notify.find(made[1]!.id)).toEqual(changed);
      await notify.remove(actor, made[1]!.id);
      expect(await notify.find(made[1]!.id)).toBeUndefined();
      await expect(notify.change(actor, made[1]!.id, {})).rejects.toMatchObject({ code: 'not_found' });
    });

    test('secrets are stored sealed; plain ones of older servers are sealed in place; another key opens none', async () => {
      const secret = 'a secret of 16 or more';
      const db = opened.database.query.withTables<NotifyTables>();
      const stored = async () => (await db.selectFrom('webhook').select('secret').executeTakeFirstOrThrow()).secret;
      await hook('w');
      expect(await stored()).toMatch(/^sealed:1:/);
      await db.updateTable('webhook').set({ secret }).execute();
      expect([await notify.sealSecrets(), await notify.sealSecrets()]).toEqual([1, 0]);
      expect(await stored()).not.toContain(secret);
      await notify.test(actor, 'w');
      const { headers, body } = received[0]!;
      const [id, timestamp] = [headers['x-tidemill-delivery'] as string, Number(headers['x-tidemill-timestamp'])];
      expect(headers['x-tidemill-signature']).toBe(signatureOf({ id, timestamp, body, secret }));
      boot({ secrets: createSecretBox(Buffer.alloc(32, 8)) });
      const error = expect.stringContaining('sealed with another key');
      expect(await notify.test(actor, 'w')).toMatchObject({ state: 'failed', status: null, error });
      expect(received).toHaveLength(1);
      await notify.setSecret(actor, { name: 'w' });
      expect(await notify.test(actor, 'w')).toMatchObject({ state: 'delivered' });
    });

    test('webhooks and deliveries are listed in pages, deliveries also by state', async () => {
      for (const name of ['c', 'a', 'b']) await hook(name);
      const first = await notify.list({ limit: 2 });
      const second = await notify.list({ limit: 2, pageToken: first.nextPageToken });
      expect([...first.items, ...second.items].map((one) => one.name)).toEqual(['a', 'b', 'c']);
      for (let i = 0; i < 5; i++) await notify.test(actor, 'a');
      answers['/a'] = () => 404;
      await notify.test(actor, 'a');
      const page = await notify.deliveries({ name: 'a' }, { limit: 4 });
      const rest = await notify.deliveries({ name: 'a' }, { limit: 4, pageToken: page.nextPageToken });
      expect([page.items.length, rest.items.length, rest.nextPageToken]).toEqual([4, 2, undefined]);
      expect(page.items[0]).toMatchObject({ state: 'failed', status: 404 });
      expect((await notify.deliveries({ name: 'a', state: 'failed' }, { limit: 9 })).items).toHaveLength(1);
    });
  });
}
