import { auditRoutes } from '../domains/audit/index.ts';
import { dataRoutes } from '../domains/data/index.ts';
import { foldersRoutes } from '../domains/folders/index.ts';
import { governanceRoutes } from '../domains/governance/index.ts';
import { identityRoutes } from '../domains/identity/index.ts';
import { insightsRoutes } from '../domains/insights/index.ts';
import { loggedModelsRoutes } from '../domains/logged-models/index.ts';
import { monitoringRoutes } from '../domains/monitoring/index.ts';
import { notifyRoutes } from '../domains/notify/index.ts';
import { pipelinesRoutes } from '../domains/pipelines/index.ts';
import { projectsRoutes } from '../domains/projects/index.ts';
import { registryRoutes } from '../domains/registry/index.ts';
import { servingRoutes } from '../domains/serving/index.ts';
import { tracesRoutes } from '../domains/traces/index.ts';
import { importRoutes, purgeRoutes, trackingRoutes } from '../domains/tracking/index.ts';
import { trainingRoutes } from '../domains/training/index.ts';
import type { Route } from '../http/route.ts';
import { mlflowRoutes } from '../protocols/mlflow/index.ts';
import { oipRoutes } from '../protocols/oip/index.ts';
import { scoringRoutes } from '../protocols/scoring/index.ts';
import type { Services } from './faces.ts';
import { garbageRoutes } from './garbage/routes.ts';
import { type SystemFacts, systemRoutes } from './system-routes.ts';

/** Every route of the API and of the protocols over the domains' faces. */
export function allRoutes(services: Services, facts: SystemFacts): Route[] {
  return [
    ...systemRoutes(facts),
    ...garbageRoutes(services.garbage),
    ...identityRoutes(services.identity),
    ...auditRoutes(services),
    ...dataRoutes(services.data, services.blobs),
    ...pipelinesRoutes(services.pipelines, services.blobs),
    ...trackingRoutes(services.tracking),
    ...purgeRoutes(services.purging),
    ...importRoutes(services.importing),
    ...foldersRoutes(services.folders),
    ...tracesRoutes(services.traces),
    ...loggedModelsRoutes(services.loggedModels),
    ...trainingRoutes(services.training),
    ...registryRoutes(services.registry),
    ...governanceRoutes(services.governance),
    ...servingRoutes(services.serving),
    ...monitoringRoutes(services.monitoring),
    ...notifyRoutes(services.notify),
    ...projectsRoutes(services.projects),
    ...insightsRoutes(services.insights),
    ...oipRoutes(services.serving, { ...facts.inference, version: facts.version }),
    ...scoringRoutes(services.serving, facts),
    ...mlflowRoutes(services, { version: facts.mlflowVersion, modelSources: facts.mlflowModelSources }),
  ];
}

/** The routes without a server behind them, for the API document. */
export function documentedRoutes(version: string): Route[] {
  const facts = {
    version,
    mlflowVersion: '',
    defaultEndpoint: '',
    inference: { name: '', maxMessageBytes: 1024 },
    mlflowModelSources: [],
    isReady: () => true,
    metrics: async () => ({ text: '', type: '' }),
    documented: () => [],
  };
  // Declaring a route does not call the service; only handling a request would.
  const hollow = new Proxy({}, { get: () => hollow }) as never;
  return allRoutes(hollow, facts);
}
