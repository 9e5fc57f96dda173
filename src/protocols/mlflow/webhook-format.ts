import { type Message, signatureOf, type WebhookFormat } from '../../domains/notify/index.ts';
import { isoTime } from '../../kernel/clock.ts';
import { fail } from '../../kernel/errors.ts';
import { isPrompt } from './prompts.ts';
import { fits, type Topic, topics } from './webhook-events.ts';
import { examples } from './webhook-examples.ts';
import { type Payload, payloadOf } from './webhook-payloads.ts';

/** What the format must know of the server. */
export interface WebhookFormatOptions {
  /** Also `http`, for listeners on this machine. */
  allowHttp: boolean;
  /** The tags of a model by name; fails with `not_found`. */
  tagsOf(model: string): Promise<Record<string, string>>;
}

/** The format of webhooks that receivers of MLflow's events read and verify. */
export function createMlflowWebhookFormat({ allowHttp, tagsOf }: WebhookFormatOptions): WebhookFormat {
  const isPromptNamed = async (model: string) => isPrompt(await tagsOf(model).catch(() => ({})));
  return {
    name: 'mlflow',
    check({ url, events }) {
      checkScheme(url, allowHttp ? ['https', 'http'] : ['https']);
      for (const pattern of events) checkPattern(pattern);
    },
    async word(event) {
      const payload = await payloadOf(event, isPromptNamed);
      return payload && toMessage(payload, event.at);
    },
    example({ webhook, at, topic: asked }) {
      const topic = topics.find((one) => (asked ? one === asked : fits(webhook.events[0] ?? '*', one)));
      const shown: Topic = topic ?? 'registered_model.created';
      return toMessage({ topic: shown, data: examples[shown] }, at);
    },
    headers: (signing) => ({
      'X-MLflow-Delivery-Id': signing.id,
      'X-MLflow-Timestamp': String(signing.timestamp),
      ...(signing.secret && { 'X-MLflow-Signature': signatureOf(signing) }),
    }),
  };
}

function toMessage({ topic, data }: Payload, at: number): Message {
  const [entity, action] = topic.split('.');
  // Python before 3.11 does not read a time that ends in Z.
  const timestamp = isoTime(at).replace('Z', '+00:00');
  return { topic, body: () => JSON.stringify({ entity, action, timestamp, data }) };
}

function checkScheme(url: string, allowed: string[]): void {
  const scheme = /^([A-Za-z][A-Za-z0-9+.-]*):/.exec(url)?.[1]?.toLowerCase() ?? '';
  if (allowed.includes(scheme)) return;
  const message = `Invalid webhook URL scheme: '${scheme}'. Allowed schemes are: ${allowed.join(', ')}.`;
  fail('invalid_input', message, { field: 'url', value: url.slice(0, 200) });
}

function checkPattern(pattern: string): void {
  if (topics.some((topic) => fits(pattern, topic))) return;
  const cure = `Topics: ${topics.join(', ')}.`;
  fail('invalid_input', `No event matches '${pattern}'. ${cure}`, { field: 'events', value: pattern, cure });
}
