export { type Client, type ClientOptions, createClient, type InputOf, type OutputOf } from './client.ts';
export {
  defineDataset,
  defineEndpoint,
  defineGate,
  defineMonitor,
  definePipeline,
  defineProject,
  defineRetraining,
  defineWebhook,
  type Project,
  type ProjectDocument,
} from './define.ts';
export { TidemillApiError } from './errors.ts';
export { defineStep, type Step, type StepCall } from './step.ts';
export type { components, paths } from './types.ts';
