import type { Actor } from '../../kernel/actor.ts';
import { notFound } from '../../kernel/errors.ts';
import type { Page, PageRequest } from '../../kernel/page.ts';
import { changeWebhook, createWebhook, declareWebhook, removeWebhook, setSecret, shown, specOf } from './changes.ts';
import { Deliverer } from './deliver.ts';
import { createDeliveryStore } from './delivery-store.ts';
import type { NotifyDeps, NotifyOptions } from './deps.ts';
import { enqueue } from './enqueue.ts';
import { ownFormat, type WebhookFormat } from './format.ts';
import { systemResolve } from './resolve.ts';
import type { Delivery, NewWebhook, Webhook, WebhookChange, WebhookSpec } from './schema.ts';
import { sealPlainSecrets } from './secrets.ts';
import { createWebhookStore } from './store.ts';
import { sendTest, type TestResult } from './test-delivery.ts';

/** Webhooks: who is told of which events, and what came of it. */
export interface Notify {
  /** Makes or changes a webhook; a new one gets a random secret, to be replaced by `setSecret`. */
  declare(actor: Actor, name: string, spec: unknown): Promise<Webhook>;
  undeclare(actor: Actor, name: string): Promise<void>;
  declared(): Promise<{ name: string; spec: WebhookSpec }[]>;
  /** Makes a webhook; gives its secret this once. Fails with `already_exists` when the name is taken. */
  create(actor: Actor, wanted: NewWebhook): Promise<{ webhook: Webhook; secret: string }>;
  /** Changes what is given of a webhook and keeps the rest. */
  change(actor: Actor, id: string, change: WebhookChange): Promise<Webhook>;
  remove(actor: Actor, id: string): Promise<void>;
  /** Replaces the secret; gives the new one this once. */
  setSecret(actor: Actor, wanted: { name: string; secret?: string | undefined }): Promise<string>;
  get(name: string): Promise<Webhook>;
  find(id: string): Promise<Webhook | undefined>;
  list(page: PageRequest): Promise<Page<Webhook>>;
  /** The webhooks of a format, newest first. */
  newest(format: string, page: PageRequest): Promise<Page<Webhook>>;
  /** Sends a test event now; gives what came of it. */
  test(actor: Actor, name: string): Promise<Delivery>;
  /** Sends an example of a topic now; gives what came of it and what was answered. */
  tryOut(actor: Actor, id: string, topic?: string): Promise<TestResult>;
  deliveries(of: { name: string; state?: Delivery['state'] | undefined }, page: PageRequest): Promise<Page<Delivery>>;
  redeliver(name: string, deliveryId: string): Promise<Delivery>;
  /** Seals secrets that an older server kept as they were; gives how many. */
  sealSecrets(): Promise<number>;
}

const task = 'notify:deliver';

/** Makes notify; a ledger reader queues deliveries and a background task sends them. */
export function createNotify(options: NotifyOptions): Notify {
  const deps = completeDeps(options);
  const { database, background, deliverer } = deps;
  const wake = () => {
    deliverer.poke();
    background.wake(task);
  };
  background.add({ name: task, everyMs: 2_000, run: ({ signal }) => deliverer.run(signal) });
  readLedger(deps, wake);
  const stores = { webhooks: createWebhookStore(database.query), deliveries: createDeliveryStore(database.query) };
  const find = async (name: string) => (await stores.webhooks.byName(name)) ?? notFound('webhook', name);
  const findById = async (id: string) => (await stores.webhooks.byId(id)) ?? notFound('webhook', id);
  return {
    declare: (actor, name, spec) => declareWebhook(deps, actor, { name, spec }),
    undeclare: async (actor, name) => removeWebhook(deps, actor, (await find(name)).id),
    declared: async () =>
      (await stores.webhooks.all()).map((webhook) => ({ name: webhook.name, spec: specOf(webhook) })),
    create: (actor, wanted) => createWebhook(deps, actor, wanted),
    change: (actor, id, change) => changeWebhook(deps, actor, { id, change }),
    remove: (actor, id) => removeWebhook(deps, actor, id),
    setSecret: async (actor, { name, secret }) => setSecret(deps, actor, { id: (await find(name)).id, secret }),
    get: async (name) => shown(await find(name)),
    find: async (id) => stores.webhooks.byId(id).then((webhook) => webhook && shown(webhook)),
    list: async (page) => shownPage(await stores.webhooks.list(page)),
    newest: async (format, page) => shownPage(await stores.webhooks.newest(format, page)),
    test: async (actor, name) => (await sendTest(deps, await find(name), { actor })).delivery,
    tryOut: async (actor, id, topic) => sendTest(deps, await findById(id), { actor, topic }),
    deliveries: async ({ name, state }, page) =>
      stores.deliveries.list({ webhookId: (await find(name)).id, state }, page),
    async redeliver(name, deliveryId) {
      const { id } = await find(name);
      if (!(await stores.deliveries.renew(id, deliveryId, deps.clock.now()))) notFound('delivery', deliveryId);
      wake();
      return (await stores.deliveries.byId(id, deliveryId))!;
    },
    sealSecrets: () => sealPlainSecrets(deps),
  };
}

function completeDeps({ formats = [], ...options }: NotifyOptions): NotifyDeps {
  const defaults = { timeoutMs: 10_000, maxAttempts: 8, resolve: systemResolve, random: Math.random };
  const known: [string, WebhookFormat][] = [ownFormat, ...formats].map((format) => [format.name, format]);
  const complete = { ...defaults, ...options, formats: new Map(known) };
  return { ...complete, deliverer: new Deliverer(complete) };
}

function readLedger({ ledger, database, clock, formats }: NotifyDeps, wake: () => void): void {
  ledger.addReader({
    name: 'notify:webhooks',
    types: 'all',
    from: 'beginning',
    async handle(event, tx) {
      if (await enqueue(event, { tx, now: clock.now(), formats })) database.afterCommit(wake);
    },
  });
}

function shownPage(page: Page<Parameters<typeof shown>[0]>): Page<Webhook> {
  return { ...page, items: page.items.map(shown) };
}
