export { notifyRoutes } from './routes.ts';
export { type Delivery, type Webhook, type WebhookSpec, webhookSpecSchema } from './schema.ts';
export { signatureOf } from './send.ts';
export { createNotify, type Notify } from './service.ts';
