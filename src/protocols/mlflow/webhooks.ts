import { z } from 'zod';
import type { Notify, TestResult, Webhook } from '../../domains/notify/index.ts';
import type { Route } from '../../http/route.ts';
import { TidemillError } from '../../kernel/errors.ts';
import { endpoint } from './endpoint.ts';
import { refuse } from './errors.ts';
import { int64, oneOf, requiredText, text } from './fields.ts';
import { pythonRepr } from './python-repr.ts';
import { topicOf, wireEventsOf } from './webhook-events.ts';

const path = '/mlflow/webhooks';
const wireEvent = z.object({ entity: text(), action: text() });
const byId = { webhook_id: requiredText() };
const fields = {
  description: text(),
  secret: text(),
  status: oneOf(['ACTIVE', 'DISABLED']),
};

/** Webhooks as MLflow's clients make, list, change, delete and test them. */
export function webhookRoutes(notify: Notify): Route[] {
  return [...readRoutes(notify), ...createRoute(notify), ...changeRoutes(notify), ...testRoute(notify)];
}

function readRoutes(notify: Notify): Route[] {
  return [
    ...endpoint({
      method: 'GET',
      path,
      permission: 'notify.read',
      summary: 'List webhooks.',
      input: z.object({ max_results: int64(), page_token: text() }),
      async handle({ input: { max_results, page_token } }) {
        const limit = max_results || 100;
        if (limit < 1 || limit > 1000) {
          refuse('INVALID_PARAMETER_VALUE', 'max_results must be between 1 and 1000.', 'max_results');
        }
        const page = await notify.newest('mlflow', { limit, pageToken: page_token || undefined });
        return { webhooks: page.items.map(presentWebhook), next_page_token: page.nextPageToken };
      },
    }),
    ...endpoint({
      method: 'GET',
      path: `${path}/:webhook_id`,
      permission: 'notify.read',
      summary: 'Show a webhook.',
      input: z.object(byId),
      handle: async ({ input }) => ({ webhook: presentWebhook(await webhookOf(notify, input.webhook_id)) }),
    }),
  ];
}

function createRoute(notify: Notify): Route[] {
  return endpoint({
    method: 'POST',
    path,
    permission: 'notify.write',
    summary: 'Make a webhook.',
    input: z.object({ name: requiredText(), url: requiredText(), events: z.array(wireEvent).min(1), ...fields }),
    async handle({ input, actor }) {
      const { webhook } = await worded(input.url, () =>
        notify.create(actor, {
          label: checkName(input.name),
          url: checkText(input.url),
          events: input.events.map(topicOf),
          enabled: input.status !== 'DISABLED',
          format: 'mlflow',
          description: input.description ?? '',
          secret: input.secret || null,
        }),
      );
      return { webhook: presentWebhook(webhook) };
    },
  });
}

function changeRoutes(notify: Notify): Route[] {
  return [
    ...endpoint({
      method: 'PATCH',
      path: `${path}/:webhook_id`,
      permission: 'notify.write',
      summary: 'Change a webhook.',
      input: z.object({ ...byId, name: text(), url: text(), events: z.array(wireEvent).optional(), ...fields }),
      async handle({ input, actor }) {
        const { id } = await webhookOf(notify, input.webhook_id);
        const { name, url, events = [], description, secret, status } = input;
        const change = {
          label: name ? checkName(name) : undefined,
          url: url ? checkText(url) : undefined,
          events: events.length > 0 ? events.map(topicOf) : undefined,
          enabled: status && status === 'ACTIVE',
          description,
          secret: secret === '' ? null : secret,
        };
        return { webhook: presentWebhook(await worded(url ?? '', () => notify.change(actor, id, definedOf(change)))) };
      },
    }),
    ...endpoint({
      method: 'DELETE',
      path: `${path}/:webhook_id`,
      permission: 'notify.write',
      summary: 'Delete a webhook.',
      input: z.object(byId),
      handle: async ({ input, actor }) => notify.remove(actor, (await webhookOf(notify, input.webhook_id)).id),
    }),
  ];
}

function testRoute(notify: Notify): Route[] {
  return endpoint({
    method: 'POST',
    path: `${path}/:webhook_id/test`,
    permission: 'notify.write',
    summary: 'Send a webhook an example.',
    input: z.object({ ...byId, event: wireEvent.optional() }),
    async handle({ input: { webhook_id, event }, actor }) {
      const { id } = await webhookOf(notify, webhook_id);
      return { result: presentTest(await notify.tryOut(actor, id, event && topicOf(event))) };
    },
  });
}

async function webhookOf(notify: Notify, id: string): Promise<Webhook> {
  const webhook = await notify.find(id);
  if (webhook?.format === 'mlflow') return webhook;
  return refuse('RESOURCE_DOES_NOT_EXIST', `Webhook with ID ${id} not found.`, 'webhook_id');
}

function checkName(name: string): string {
  if (/^(?=.{1,63}$)[a-z0-9]([a-z0-9._-]*[a-z0-9])?$/i.test(name)) return name;
  return refuse(
    'INVALID_PARAMETER_VALUE',
    `Webhook name ${pythonRepr(name.slice(0, 200))} is invalid. It must start and end with a letter or digit, be less than 63 characters ` +
      'long, and contain only letters, digits, dots (.), underscores (_), and hyphens (-).',
    'name',
  );
}

function checkText(url: string): string {
  if (url.trim()) return url;
  return refuse('INVALID_PARAMETER_VALUE', `Webhook URL cannot be empty or just whitespace: ${pythonRepr(url)}`, 'url');
}

/** A private address is a wrong value here, and worded as clients know it. */
async function worded<T>(url: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof TidemillError) || error.code !== 'forbidden_address') throw error;
    const host = URL.canParse(url) ? new URL(url).hostname : url;
    const message = `Webhook URL must not resolve to a non-public IP address. '${host}' does.`;
    return refuse('INVALID_PARAMETER_VALUE', message, 'url');
  }
}

function definedOf<T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as T;
}

/** A webhook on the wire; its secret is never shown. */
function presentWebhook(webhook: Webhook) {
  return {
    webhook_id: webhook.id,
    name: webhook.label,
    description: webhook.description || undefined,
    url: webhook.url,
    events: wireEventsOf(webhook.events),
    status: webhook.enabled ? 'ACTIVE' : 'DISABLED',
    creation_timestamp: webhook.createdAt,
    last_updated_timestamp: webhook.updatedAt,
  };
}

function presentTest({ delivery: { status, state, error }, answer }: TestResult) {
  const moved = status !== null && status >= 300 && status < 400;
  const reason = error ?? (moved ? 'redirects are not followed' : undefined);
  return {
    success: state === 'delivered',
    response_status: status ?? undefined,
    response_body: answer || undefined,
    error_message: reason && `Failed to test webhook: ${reason}`,
  };
}
