import { DatasetSpec } from '../domains/data/index.ts';
import { GateSpec } from '../domains/governance/index.ts';
import { MonitorSpec, RetrainingSpec } from '../domains/monitoring/index.ts';
import { webhookSpecSchema } from '../domains/notify/index.ts';
import { PipelineSpec } from '../domains/pipelines/index.ts';
import type { ResourceKind } from '../domains/projects/index.ts';
import { EndpointSpec } from '../domains/serving/index.ts';
import type { Services } from './faces.ts';

type Parts = Pick<Services, 'data' | 'pipelines' | 'governance' | 'serving' | 'monitoring' | 'notify'>;

/** The documents that projects may hold, for the API document and the SDK's builders. */
export const documentSpecs = [
  DatasetSpec,
  GateSpec,
  PipelineSpec,
  EndpointSpec,
  MonitorSpec,
  RetrainingSpec,
  webhookSpecSchema,
];

/** What projects may declare, in the order in which it must come to be. */
export function resourceKinds({ data, pipelines, governance, serving, monitoring, notify }: Parts): ResourceKind[] {
  return [
    kindOf('Dataset', DatasetSpec, data),
    kindOf('Gate', GateSpec, governance.gates),
    kindOf('Pipeline', PipelineSpec, pipelines),
    kindOf('Endpoint', EndpointSpec, serving),
    kindOf('Monitor', MonitorSpec, monitoring.monitors),
    kindOf('Retraining', RetrainingSpec, monitoring.retrainings),
    kindOf('Webhook', webhookSpecSchema, notify),
  ];
}

type Declaring = Pick<ResourceKind, 'declare' | 'undeclare'> & {
  declared(): Promise<{ name: string; spec: unknown }[]>;
};

function kindOf(kind: string, schema: ResourceKind['schema'], domain: Declaring): ResourceKind {
  return {
    kind,
    schema,
    declared: async () => (await domain.declared()).map(({ name, spec }) => ({ name, spec: spec as object })),
    declare: (actor, name, spec) => domain.declare(actor, name, spec),
    undeclare: (actor, name) => domain.undeclare(actor, name),
  };
}
