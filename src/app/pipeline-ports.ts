import type { Blobs } from '../blobs/index.ts';
import { type Data, toArtifact } from '../domains/data/index.ts';
import type { Identity } from '../domains/identity/index.ts';
import type { ArtifactRef, PipelinePorts } from '../domains/pipelines/index.ts';
import type { Registry } from '../domains/registry/index.ts';
import type { Tracking } from '../domains/tracking/index.ts';
import { TidemillError } from '../kernel/errors.ts';

interface Parts {
  identity: Identity;
  data: Data;
  tracking: Tracking;
  registry: Registry;
  blobs: Blobs;
}

/** What a step may do with its token: read, log, predict; nothing that promotes, approves or administers. */
const stepPermissions = [
  'data.read',
  'data.write',
  'tracking.*',
  'training.*',
  'models.read',
  'models.write',
  'endpoints.read',
  'predict.invoke',
  'feedback.write',
  'pipelines.read',
  'me.read',
];

/** Joins pipelines to the domains whose things its steps read and make. */
export function pipelinePorts({ identity, data, tracking, registry, blobs }: Parts): PipelinePorts {
  return {
    async mintStepToken({ runId, stepName, ttlMs }) {
      const { secret } = await identity.mintStepToken({ runId, step: stepName, permissions: stepPermissions, ttlMs });
      return secret;
    },
    ...trackingPorts(tracking),
    findDataset: async (name, version) =>
      toArtifact(await data.resolve(version === 'latest' ? name : `${name}@${version}`)),
    findModel: async (name, version) => modelArtifact(await registry.versions.get(name, version)),
    filesOf: (artifact) => filesOf({ data, registry, blobs }, artifact),
    exists: (artifact) => exists({ data, registry }, artifact),
    async writeQueryResult({ sql, inputs, dataset, step, signal }) {
      const tables = Object.entries(inputs).filter(([, input]) => input.kind === 'dataset-version');
      const made = await data.writeVersion(step.actor, {
        dataset,
        source: { sql, inputs: Object.fromEntries(tables.map(([name, input]) => [name, input.id])) },
        lineage: {
          inputs: tables.map(([, input]) => input.id),
          producer: { runId: step.runId, stepName: step.stepName },
        },
        signal,
      });
      return toArtifact(made.version);
    },
  };
}

/** Plain tracking clients inside a step log into a run of its own, opened and closed with the step. */
function trackingPorts({
  experiments,
  runs,
}: Tracking): Pick<PipelinePorts, 'openTrackingRun' | 'closeTrackingRun' | 'logUsage'> {
  const ends = { succeeded: 'FINISHED', failed: 'FAILED', cancelled: 'KILLED' } as const;
  return {
    async openTrackingRun({ actor, pipeline, runId, stepName, attemptId }) {
      const experiment = await experiments.ensure(actor, `pipelines/${pipeline}`);
      const tags = { 'tidemill.pipeline-run': runId, 'tidemill.step': stepName, 'tidemill.attempt': attemptId };
      return (await runs.create(actor, { experiment: experiment.id, name: `${pipeline}/${stepName}`, tags })).id;
    },
    async logUsage({ trackingRunId, second: step, cpuPercent, memoryBytes }) {
      const metrics = [
        { key: 'system/cpu_utilization_percentage', value: cpuPercent, step },
        { key: 'system/system_memory_usage_megabytes', value: memoryBytes / 1e6, step },
      ];
      await runs.log(trackingRunId, { metrics });
    },
    async closeTrackingRun({ actor, trackingRunId, status }) {
      await runs.update(actor, trackingRunId, { status: ends[status] });
    },
  };
}

function modelArtifact(version: { id: string; digest: string; model: string }): ArtifactRef {
  return { kind: 'model-version', id: version.id, digest: version.digest, name: version.model };
}

async function filesOf({ data, registry, blobs }: Pick<Parts, 'data' | 'registry' | 'blobs'>, artifact: ArtifactRef) {
  if (artifact.kind === 'dataset-version') {
    const { parquetPaths } = await data.open(artifact.id);
    return parquetPaths.map((path, i) => ({ name: `part-${String(i).padStart(5, '0')}.parquet`, path }));
  }
  if (artifact.kind !== 'model-version') return [];
  const { digest } = await registry.versions.byId(artifact.id);
  return [{ name: 'model.onnx', path: await blobs.localPath(digest) }];
}

async function exists({ data, registry }: Pick<Parts, 'data' | 'registry'>, artifact: ArtifactRef): Promise<boolean> {
  if (artifact.kind === 'dataset-version') return (await data.find(artifact.id)) !== undefined;
  if (artifact.kind !== 'model-version') return true;
  try {
    return (await registry.versions.byId(artifact.id)).deletedAt === null;
  } catch (error) {
    if (error instanceof TidemillError && error.code === 'not_found') return false;
    throw error;
  }
}
