import type { components } from './types.ts';

type Schemas = components['schemas'];

/** One resource of a project: what kind, its name, and what it should be. */
export interface ProjectDocument<S = object> {
  kind: string;
  metadata: { name: string };
  spec: S;
  /** Where it is written, `file:line`; filled in by the builders. */
  source?: string;
}

/** A project: a name, and the resources that `tidemill apply` makes so. */
export interface Project {
  name: string;
  resources: ProjectDocument[];
}

/** Declares a project; the default export of `tidemill.config.ts`. */
export function defineProject(project: Project): Project {
  return project;
}

/** Declares a dataset: where its data comes from and what it must fulfil. */
export const defineDataset = builder<Schemas['DatasetSpecInput']>('Dataset');
/** Declares a pipeline: a graph of steps, its parameters, and when it runs. */
export const definePipeline = builder<Schemas['PipelineSpecInput']>('Pipeline');
/** Declares a gate: the rules and approvals a model version needs before an alias may point to it. */
export const defineGate = builder<Schemas['GateSpecInput']>('Gate');
/** Declares an endpoint: the model it answers with and the rules around it. */
export const defineEndpoint = builder<Schemas['EndpointSpecInput']>('Endpoint');
/** Declares a monitor: what is watched over which windows, and when it alerts. */
export const defineMonitor = builder<Schemas['MonitorSpecInput']>('Monitor');
/** Declares a retraining policy: what starts it, what it runs, how the challenger is let in. */
export const defineRetraining = builder<Schemas['RetrainingSpecInput']>('Retraining');
/** Declares a webhook: which events are sent where. */
export const defineWebhook = builder<Schemas['WebhookSpecInput']>('Webhook');

function builder<S extends object>(kind: string) {
  return (name: string, spec: S): ProjectDocument<S> => {
    const source = callerOf();
    return { kind, metadata: { name }, spec, ...(source ? { source } : {}) };
  };
}

/** The file and line that called a builder, for messages about what is wrong there. */
function callerOf(): string | undefined {
  const line = new Error('where').stack?.split('\n')[3] ?? '';
  const place = /((?:file:\/\/)?[^\s(]+):(\d+):\d+\)?$/.exec(line);
  if (!place) return undefined;
  const file = place[1]!.replace(/^file:\/\//, '').replace(/\?.*$/, '');
  return `${file}:${place[2]}`;
}
