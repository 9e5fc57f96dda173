import { z } from 'zod';

const eventPattern = z
  .string()
  .max(100)
  .regex(/^(\*|[a-z][a-z0-9_-]*(\.[a-z][a-z0-9_-]*)*(\.\*)?)$/, 'must be an event type, "<start>.*" or "*"');

/** What a project declares of a webhook; its secret is set apart, so that no document holds one. */
export const webhookSpecSchema = z
  .strictObject({
    url: z.string().max(2048).describe('Where events are posted, as JSON.'),
    events: z
      .array(eventPattern)
      .min(1)
      .max(100)
      .default(['*'])
      .describe('Event types, such as "rollout.*"; all unless given.'),
    enabled: z.boolean().default(true).describe('Events that happen while it is off are posted once it is on again.'),
    format: z
      .string()
      .max(40)
      .default('tidemill')
      .describe(
        "What is posted, and in which words `events` asks: `tidemill`, or `mlflow` for that platform's receivers.",
      ),
    description: z.string().max(5_000).default(''),
  })
  .meta({ id: 'WebhookSpec' });

/** What a project declares of a webhook, defaults filled in. */
export type WebhookSpec = z.output<typeof webhookSpecSchema>;

/** A webhook to make: under a name of its own, or, where names need not be unique, under a label. */
export type NewWebhook = z.input<typeof webhookSpecSchema> &
  ({ name: string } | { label: string }) & {
    /** Random unless given; null for none. */
    secret?: string | null | undefined;
  };

/** What may be changed of a webhook without saying the rest again. */
export type WebhookChange = Partial<WebhookSpec> & {
  label?: string | undefined;
  /** Null takes it away. */
  secret?: string | null | undefined;
};

/** A subscription to events. */
export interface Webhook extends WebhookSpec {
  id: string;
  /** Unique. */
  name: string;
  /** What it is called where names need not be unique; elsewhere the name. */
  label: string;
  createdAt: number;
  updatedAt: number;
}

/** A webhook as the API shows it. */
export const webhookSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    label: z.string(),
    url: z.string(),
    events: z.array(z.string()),
    enabled: z.boolean(),
    format: z.string(),
    description: z.string(),
    createdAt: z.string(),
    updatedAt: z.string(),
  })
  .meta({ id: 'Webhook' });

/** The key that signs deliveries; made at random unless given. */
export const secretSchema = z
  .string()
  .min(16)
  .max(256)
  .optional()
  .describe('At least 16 characters; random unless given.');

const states = ['pending', 'delivered', 'failed'] as const;

/** Which deliveries to list. */
export const deliveryStateSchema = z.enum(states);

/** One event on its way to one webhook. */
export interface Delivery {
  /** The same at every attempt, so that a receiver can tell a repetition. */
  id: string;
  state: (typeof states)[number];
  eventType: string;
  /** The event's place in the ledger; none for a test. */
  eventPosition: number | null;
  attempts: number;
  createdAt: number;
  attemptedAt: number | null;
  /** When it is tried next; null once it is delivered or failed. */
  nextAt: number | null;
  /** The HTTP status of the last answer; null when there was none. */
  status: number | null;
  durationMs: number | null;
  error: string | null;
}

/** A delivery as the API shows it. */
export const deliverySchema = z
  .object({
    id: z.string(),
    state: deliveryStateSchema,
    eventType: z.string(),
    eventPosition: z.number().nullable(),
    attempts: z.number(),
    createdAt: z.string(),
    attemptedAt: z.string().nullable(),
    nextAt: z.string().nullable(),
    status: z.number().nullable(),
    durationMs: z.number().nullable(),
    error: z.string().nullable(),
  })
  .meta({ id: 'WebhookDelivery' });
