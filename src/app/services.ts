import { join } from 'node:path';
import { createData, type Data } from '../domains/data/index.ts';
import { createGovernance } from '../domains/governance/index.ts';
import { createIdentity } from '../domains/identity/index.ts';
import { createInsights } from '../domains/insights/index.ts';
import { createMonitoring, createProfileSource } from '../domains/monitoring/index.ts';
import { createPipelines, type Pipelines } from '../domains/pipelines/index.ts';
import { createProjects, type Projects } from '../domains/projects/index.ts';
import { createRegistry, onnxInspector } from '../domains/registry/index.ts';
import { createServing } from '../domains/serving/index.ts';
import { createTraining } from '../domains/training/index.ts';
import { addBuiltins } from './builtins.ts';
import { createExperimentServices } from './experiment-services.ts';
import type { Services } from './faces.ts';
import type { Foundations } from './foundations.ts';
import { createGarbage } from './garbage/collect.ts';
import { gateOf } from './gate.ts';
import { resourceKinds } from './kinds.ts';
import { createNotifying } from './notifying.ts';
import { pipelinePorts } from './pipeline-ports.ts';
import { createProgramSource } from './program/program-source.ts';
import { runtimesOf } from './runtimes.ts';
import { trainingRowsOf } from './training-rows.ts';
import { version } from './version.ts';

/** What only the running server knows. */
export interface Surroundings {
  /** The server's own address, once it listens. */
  url(): string;
  environment: Record<string, string | undefined>;
}

/** Makes every domain in the order of the floors, each with what it needs of those below. */
export async function createServices(base: Foundations, around: Surroundings): Promise<Services> {
  const { database, ledger, clock, background, blobs, engine, secrets, settings, audit, log } = base;
  const { home } = settings;
  const shared = { database, ledger, clock, background, blobs, engine };
  const hear = (what: string) => (error: unknown) => log.error({ err: error }, what);

  const identity = createIdentity(shared);
  const allowedRoots = settings.dataRoots.length > 0 ? settings.dataRoots : [process.cwd()];
  const data = await createData({ ...shared, stagingFolder: join(home, 'work', 'ingest'), allowedRoots });
  const experiments = createExperimentServices(base);
  const { tracking } = experiments;
  const notify = await createNotifying(base, (model) => registry.models.get(model));
  const gate = gateOf();
  const registry = createRegistry({ ...shared, inspector: onnxInspector, gate });
  const pipelines = createPipelines({
    ...shared,
    root: join(home, 'work'),
    url: around.url,
    environment: around.environment,
    ports: pipelinePorts({ identity, data, tracking, registry, blobs }),
    limits: { processes: settings.stepSlots },
    onError: (what, error) => hear(what)(error),
  });

  const training = createTraining({ ...shared, data, tracking, version });
  const folder = join(home, 'predictions');
  const runtimes = runtimesOf(settings, secrets, around.environment);
  const references = createProfileSource({ registry, tracking, blobs });
  const trainingRows = trainingRowsOf(references);
  const serving = createServing({
    ...shared,
    registry,
    data,
    trainingRows,
    program: createProgramSource(),
    folder,
    runtimes,
    onError: hear('serving'),
  });

  const governance = createGovernance({ ...shared, registry, tracking, datasetFacts: datasetFactsOf(data) });
  gate.join(governance.gate);
  const monitoring = createMonitoring({ ...shared, references, pipelines, serving, registry, everyMs: 1_000 });

  const overview = createOverview(base, { data, pipelines, registry, governance, serving, monitoring, notify });
  const run = { pipelines, training, serving };
  const services = { identity, data, ...experiments, notify, registry, ...run, governance };
  addBuiltins(services);
  const garbage = createGarbage(shared);
  return { ...services, monitoring, ...overview, secrets, clock, ledger, audit, blobs, garbage };
}

type Overviewed = Pick<
  Services,
  'data' | 'pipelines' | 'registry' | 'governance' | 'serving' | 'monitoring' | 'notify'
>;

/** Projects over all that they may declare, and the answers to why over all that happens. */
function createOverview({ database, ledger, clock }: Foundations, domains: Overviewed) {
  const projects = createProjects({ database, ledger, clock, kinds: resourceKinds(domains) });
  const projectOf = projectOfRun(domains.pipelines, projects);
  return { projects, insights: createInsights({ ...domains, ledger, projectOf }) };
}

/** Finds the project revision behind a pipeline run, for whoever asks why. */
function projectOfRun(pipelines: Pipelines, projects: Projects) {
  return async (pipelineRunId: string, at: number) => {
    const run = await pipelines.run(pipelineRunId).catch(() => undefined);
    const found = run && (await projects.revisionAt({ kind: 'Pipeline', name: run.pipeline }, at));
    if (!found) return null;
    return { name: found.project, revision: found.revision, commit: found.commit, appliedAt: found.appliedAt };
  };
}

/** What gates may know of a dataset version: how its checks came out. */
function datasetFactsOf(data: Data) {
  return async ({ versionId }: { versionId?: string | undefined }) => {
    const found = versionId ? await data.find(versionId) : undefined;
    if (!found) return undefined;
    const checks = found.validationId ? await data.checks(found.validationId) : [];
    const failed = checks.filter((check) => !check.passed && check.severity === 'error').length;
    return {
      version: found.version,
      rows: found.rows,
      quarantinedRows: found.quarantinedRows,
      validation: { checks: checks.length, failed, warned: checks.filter((check) => !check.passed).length - failed },
    };
  };
}
