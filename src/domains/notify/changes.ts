import type { Queries } from '../../database/database.ts';
import type { Actor } from '../../kernel/actor.ts';
import { checkUrl } from '../../kernel/addresses.ts';
import { fail, notFound } from '../../kernel/errors.ts';
import { newId, newSecret } from '../../kernel/ids.ts';
import type { NewEvent } from '../../ledger/index.ts';
import type { NotifyDeps } from './deps.ts';
import { formatOf } from './format.ts';
import { type NewWebhook, type Webhook, type WebhookChange, type WebhookSpec, webhookSpecSchema } from './schema.ts';
import { sealSecret } from './secrets.ts';
import { createWebhookStore, type StoredWebhook } from './store.ts';

type WebhookEventType = Extract<NewEvent['type'], `webhook.${string}`>;

/** Makes or changes the webhook of a name; nothing happens when it is so already. */
export async function declareWebhook(
  deps: NotifyDeps,
  actor: Actor,
  { name, spec: given }: { name: string; spec: unknown },
): Promise<Webhook> {
  const spec = parseSpec(given);
  await check(spec, deps);
  return inTurn(deps, async (tx) => {
    const old = await createWebhookStore(tx).byName(name);
    if (!old) return shown(await insert(deps, actor, { tx, name, label: name, spec, secret: newSecret() }));
    return shown(await update(deps, actor, { tx, old, now: { ...old, ...spec } }));
  });
}

/** Makes a webhook; gives its secret, empty when it has none. */
export async function createWebhook(deps: NotifyDeps, actor: Actor, wanted: NewWebhook) {
  const { url, events, enabled, format, description } = wanted;
  const spec = parseSpec({ url, events, enabled, format, description });
  await check(spec, deps);
  const secret = wanted.secret === null ? '' : (wanted.secret ?? newSecret());
  return inTurn(deps, async (tx) => {
    const name = 'name' in wanted ? wanted.name : await freeName(tx, wanted.label);
    if (await createWebhookStore(tx).byName(name)) {
      fail('already_exists', `There is a webhook '${name}' already.`, { field: 'name', value: name });
    }
    const label = 'label' in wanted ? wanted.label : name;
    return { webhook: shown(await insert(deps, actor, { tx, name, label, spec, secret })), secret };
  });
}

/** Changes what is given of a webhook. */
export async function changeWebhook(
  deps: NotifyDeps,
  actor: Actor,
  { id, change }: { id: string; change: WebhookChange },
): Promise<Webhook> {
  const { label, secret, ...rest } = change;
  // A name is looked up before the transaction: it may take long, and nobody else could write meanwhile.
  if (rest.url !== undefined) await checkUrl(rest.url, deps);
  return inTurn(deps, async (tx) => {
    const old = (await createWebhookStore(tx).byId(id)) ?? notFound('webhook', id);
    const said = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined));
    const spec = parseSpec({ ...specOf(old), ...said });
    formatOf(deps.formats, spec.format).check(spec);
    const now: StoredWebhook = { ...old, ...spec };
    if (label !== undefined && label !== old.label) Object.assign(now, { label, name: await freeName(tx, label) });
    if (secret !== undefined) now.secret = sealSecret(deps.secrets, { id, secret: secret ?? '' });
    return shown(await update(deps, actor, { tx, old, now }));
  });
}

/** Replaces a webhook's secret and gives the new one. */
export async function setSecret(
  deps: NotifyDeps,
  actor: Actor,
  { id, secret = newSecret() }: { id: string; secret?: string | undefined },
): Promise<string> {
  await changeWebhook(deps, actor, { id, change: { secret } });
  return secret;
}

/** Deletes a webhook with its deliveries. */
export async function removeWebhook(deps: NotifyDeps, actor: Actor, id: string): Promise<void> {
  await inTurn(deps, async (tx) => {
    const store = createWebhookStore(tx);
    const webhook = (await store.byId(id)) ?? notFound('webhook', id);
    await store.remove(id);
    await append(deps, tx, { type: 'webhook.deleted', actor, webhook });
  });
}

/** The first of `label`, `label-2`, `label-3` … that no webhook is named. */
async function freeName(tx: Queries, label: string): Promise<string> {
  const store = createWebhookStore(tx);
  for (let number = 1; ; number++) {
    const name = number === 1 ? label : `${label}-${number}`;
    if (!(await store.byName(name))) return name;
  }
}

interface Insertion {
  tx: Queries;
  name: string;
  label: string;
  spec: WebhookSpec;
  secret: string;
}

async function insert(deps: NotifyDeps, actor: Actor, { tx, spec, ...said }: Insertion): Promise<StoredWebhook> {
  const now = deps.clock.now();
  const id = newId(now);
  const secret = sealSecret(deps.secrets, { id, secret: said.secret });
  const webhook: StoredWebhook = { ...said, id, ...spec, secret, sincePosition: 0, createdAt: now, updatedAt: now };
  const event = await append(deps, tx, { type: 'webhook.created', actor, webhook });
  webhook.sincePosition = event.position;
  await createWebhookStore(tx).insert(webhook);
  return webhook;
}

async function update(
  deps: NotifyDeps,
  actor: Actor,
  { tx, old, now }: { tx: Queries; old: StoredWebhook; now: StoredWebhook },
): Promise<StoredWebhook> {
  const isOther = JSON.stringify([now.label, specOf(now)]) !== JSON.stringify([old.label, specOf(old)]);
  const hasOtherSecret = now.secret !== old.secret;
  if (!isOther && !hasOtherSecret) return old;
  const webhook = { ...now, updatedAt: deps.clock.now() };
  await createWebhookStore(tx).update(webhook);
  if (isOther) await append(deps, tx, { type: 'webhook.updated', actor, webhook });
  if (hasOtherSecret) await append(deps, tx, { type: 'webhook.secret-rotated', actor, webhook });
  return webhook;
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
  formatOf(deps.formats, spec.format).check(spec);
  await checkUrl(spec.url, deps);
}

function parseSpec(spec: unknown): WebhookSpec {
  const parsed = webhookSpecSchema.safeParse(spec);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  const field = issue.path.join('.');
  return fail('invalid_input', `Field '${field}' of the webhook: ${issue.message}.`, { field });
}

/** What a project would declare of a webhook. */
export function specOf({ url, events, enabled, format, description }: WebhookSpec): WebhookSpec {
  return { url, events, enabled, format, description };
}

/** A webhook without what is not shown of it. */
export function shown({ secret: _secret, sincePosition: _position, ...webhook }: StoredWebhook): Webhook {
  return webhook;
}
