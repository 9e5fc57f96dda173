export { type AddressPolicy, checkedLookup, checkUrl, hostOf, refusePrivate } from '../../kernel/addresses.ts';
export { type Message, type Signing, signatureOf, type TryOut, type WebhookFormat } from './format.ts';
export { systemResolve } from './resolve.ts';
export { notifyRoutes } from './routes.ts';
export {
  type Delivery,
  type NewWebhook,
  type Webhook,
  type WebhookChange,
  type WebhookSpec,
  webhookSpecSchema,
} from './schema.ts';
export { createNotify, type Notify } from './service.ts';
export type { TestResult } from './test-delivery.ts';
