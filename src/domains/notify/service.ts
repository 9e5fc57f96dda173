import type { Background } from '../../database/background.ts';
import type { Database, Queries } from '../../database/database.ts';
import type { Actor } from '../../kernel/actor.ts';
import type { Clock } from '../../kernel/clock.ts';
import { fail, notFound } from '../../kernel/errors.ts';
import { newId, newSecret } from '../../kernel/ids.ts';
import type { Page, PageRequest } from '../../kernel/page.ts';
import { type Ledger, type NewEvent, typesMatching } from '../../ledger/index.ts';
import { checkUrl, type Resolve, systemResolve } from './addresses.ts';
import { Deliverer } from './deliver.ts';
import { createDeliveryStore } from './delivery-store.ts';
import { enqueue } from './enqueue.ts';
import { type Delivery, type Webhook, type WebhookSpec, webhookSpecSchema } from './schema.ts';
import { createWebhookStore, type StoredWebhook } from './store.ts';
import { sendTest } from './test-delivery.ts';

/** Webhooks: who is told of which events, and what came of it. */
export interface Notify {
  /** Makes or changes a webhook; a new one gets a random secret, to be replaced by `setSecret`. */
  declare(actor: Actor, name: string, spec: unknown): Promise<Webhook>;
  undeclare(actor: Actor, name: string): Promise<void>;
  declared(): Promise<{ name: string; spec: WebhookSpec }[]>;
  /** Makes a webhook; gives its secret this once. Fails with `already_exists`. */
  create(actor: Actor, wanted: WebhookSpec & NamedSecret): Promise<{ webhook: Webhook; secret: string }>;
  /** Replaces the secret; gives the new one this once. */
  setSecret(actor: Actor, wanted: NamedSecret): Promise<string>;
  get(name: string): Promise<Webhook>;
  list(page: PageRequest): Promise<Page<Webhook>>;
  /** Sends a test event now; gives what came of it. */
  test(actor: Actor, name: string): Promise<Delivery>;
  deliveries(of: { name: string; state?: Delivery['state'] | undefined }, page: PageRequest): Promise<Page<Delivery>>;
  redeliver(name: string, deliveryId: string): Promise<Delivery>;
}

interface NamedSecret {
  name: string;
  secret?: string | undefined;
}

interface NotifyOptions {
  database: Database;
  ledger: Ledger;
  clock: Clock;
  background: Background;
  allowPrivateAddresses: boolean;
  /** How long a receiver may take; ten seconds unless given. */
  timeoutMs?: number;
  /** After so many attempts a delivery has failed; eight unless given. */
  maxAttempts?: number;
  resolve?: Resolve;
  random?: () => number;
}

/** What the verbs of notify work with. */
export type NotifyDeps = Required<NotifyOptions> & { deliverer: Deliverer };

const task = 'notify:deliver';
type WebhookEventType = Extract<NewEvent['type'], `webhook.${string}`>;

/** Makes notify; a ledger reader queues deliveries and a background task sends them. */
export function createNotify(options: NotifyOptions): Notify {
  const defaults = { timeoutMs: 10_000, maxAttempts: 8, resolve: systemResolve, random: Math.random };
  const complete = { ...defaults, ...options };
  const deps: NotifyDeps = { ...complete, deliverer: new Deliverer(complete) };
  const { database, background, ledger, clock, deliverer } = deps;
  const wake = () => {
    deliverer.poke();
    background.wake(task);
  };
  background.add({ name: task, everyMs: 2_000, run: ({ signal }) => deliverer.run(signal) });
  ledger.addReader({
    name: 'notify:webhooks',
    types: 'all',
    from: 'beginning',
    async handle(event, tx) {
      if (await enqueue(event, { tx, now: clock.now() })) database.afterCommit(wake);
    },
  });
  const stores = { webhooks: createWebhookStore(database.query), deliveries: createDeliveryStore(database.query) };
  const find = async (name: string) => (await stores.webhooks.byName(name)) ?? notFound('webhook', name);
  return {
    declare: async (actor, name, spec) => declare(deps, actor, { name, spec: parseSpec(spec) }),
    undeclare: (actor, name) => undeclare(deps, actor, name),
    declared: async () =>
      (await stores.webhooks.all()).map((webhook) => ({ name: webhook.name, spec: specOf(webhook) })),
    create: (actor, wanted) => create(deps, actor, wanted),
    setSecret: (actor, wanted) => setSecret(deps, actor, wanted),
    get: async (name) => shown(await find(name)),
    async list(page) {
      const found = await stores.webhooks.list(page);
      return { ...found, items: found.items.map(shown) };
    },
    test: async (actor, name) => sendTest(deps, await find(name), actor),
    deliveries: async ({ name, state }, page) =>
      stores.deliveries.list({ webhookId: (await find(name)).id, state }, page),
    async redeliver(name, deliveryId) {
      const { id } = await find(name);
      if (!(await stores.deliveries.renew(id, deliveryId, clock.now()))) notFound('delivery', deliveryId);
      wake();
      return (await stores.deliveries.byId(id, deliveryId))!;
    },
  };
}

async function declare(
  deps: NotifyDeps,
  actor: Actor,
  { name, spec }: { name: string; spec: WebhookSpec },
): Promise<Webhook> {
  await check(spec, deps);
  return inTurn(deps, async (tx) => {
    const store = createWebhookStore(tx);
    const old = await store.byName(name);
    if (!old) return shown(await insert(deps, tx, { actor, name, spec, secret: newSecret() }));
    if (JSON.stringify(specOf(old)) === JSON.stringify(specOf(spec))) return shown(old);
    const changed: StoredWebhook = { ...old, ...specOf(spec), updatedAt: deps.clock.now() };
    await store.update(changed);
    await append(deps, tx, { type: 'webhook.updated', actor, webhook: changed });
    return shown(changed);
  });
}

async function create(deps: NotifyDeps, actor: Actor, wanted: WebhookSpec & NamedSecret) {
  await check(wanted, deps);
  const { name, secret = newSecret() } = wanted;
  return inTurn(deps, async (tx) => {
    if (await createWebhookStore(tx).byName(name)) {
      fail('already_exists', `There is a webhook '${name}' already.`, { field: 'name', value: name });
    }
    return { webhook: shown(await insert(deps, tx, { actor, name, spec: specOf(wanted), secret })), secret };
  });
}

async function insert(
  deps: NotifyDeps,
  tx: Queries,
  { actor, name, spec, secret }: { actor: Actor; name: string; spec: WebhookSpec; secret: string },
): Promise<StoredWebhook> {
  const now = deps.clock.now();
  const times = { createdAt: now, updatedAt: now };
  const webhook: StoredWebhook = { id: newId(now), name, ...spec, secret, sincePosition: 0, ...times };
  const event = await append(deps, tx, { type: 'webhook.created', actor, webhook });
  webhook.sincePosition = event.position;
  await createWebhookStore(tx).insert(webhook);
  return webhook;
}

async function setSecret(deps: NotifyDeps, actor: Actor, { name, secret = newSecret() }: NamedSecret): Promise<string> {
  return inTurn(deps, async (tx) => {
    const store = createWebhookStore(tx);
    const webhook = (await store.byName(name)) ?? notFound('webhook', name);
    await store.update({ ...webhook, secret, updatedAt: deps.clock.now() });
    await append(deps, tx, { type: 'webhook.secret-rotated', actor, webhook });
    return secret;
  });
}

async function undeclare(deps: NotifyDeps, actor: Actor, name: string): Promise<void> {
  await inTurn(deps, async (tx) => {
    const store = createWebhookStore(tx);
    const webhook = (await store.byName(name)) ?? notFound('webhook', name);
    await store.remove(webhook.id);
    await append(deps, tx, { type: 'webhook.deleted', actor, webhook });
  });
}

/** Changes of webhooks come one after the other, so that none overwrites another's. */
function inTurn<T>({ database }: NotifyDeps, work: (tx: Queries) => Promise<T>): Promise<T> {
  return database.transaction(async (tx) => {
    await database.lock(tx, 'notify:webhooks');
    return work(tx);
  });
}

function append(
  { ledger }: NotifyDeps,
  tx: Queries,
  { type, actor, webhook }: { type: WebhookEventType; actor: Actor; webhook: StoredWebhook },
) {
  const subject = { kind: 'webhook', id: webhook.id, name: webhook.name };
  if (type === 'webhook.created' || type === 'webhook.updated') {
    return ledger.append(tx, { type, actor, subject, data: specOf(webhook) });
  }
  return ledger.append(tx, { type, actor, subject, data: {} });
}

async function check(spec: WebhookSpec, deps: NotifyDeps): Promise<void> {
  for (const pattern of spec.events) typesMatching(pattern);
  await checkUrl(spec.url, deps);
}

function parseSpec(spec: unknown): WebhookSpec {
  const parsed = webhookSpecSchema.safeParse(spec);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  const field = issue.path.join('.');
  return fail('invalid_input', `Field '${field}' of the webhook: ${issue.message}.`, { field });
}

function specOf({ url, events, enabled }: WebhookSpec): WebhookSpec {
  return { url, events, enabled };
}

function shown(webhook: StoredWebhook): Webhook {
  const { name, createdAt, updatedAt } = webhook;
  return { name, ...specOf(webhook), createdAt, updatedAt };
}
