import { z } from 'zod';
import { isoTime } from '../../kernel/clock.ts';
import { withIsoTimes } from '../../kernel/iso-fields.ts';
import {
  type Artifact,
  codeVersionSchema,
  datasetInputSchema,
  type Experiment,
  environmentSchema,
  type Metric,
  modelOutputSchema,
  type Run,
  type RunDetails,
  type RunInfo,
  runStatuses,
} from './schema.ts';

const time = z.iso.datetime();
const lifecycle = z.enum(['active', 'deleted']);
const texts = z.record(z.string(), z.string());
const anyNumber = z.custom<number>((value) => typeof value === 'number').meta({ type: 'number' });

/** An experiment as the API shows it. */
export const experimentView = z
  .object({
    id: z.string(),
    name: z.string(),
    description: z.string(),
    lifecycle,
    artifactLocation: z.string().nullable(),
    tags: texts,
    createdAt: time,
    updatedAt: time,
  })
  .meta({ id: 'Experiment' });

/** A metric point as the API shows it; `value` may be the bare tokens NaN, Infinity, -Infinity. */
export const metricView = z
  .object({ key: z.string(), value: anyNumber, step: z.number(), at: time })
  .meta({ id: 'Metric' });

const info = {
  id: z.string(),
  experimentId: z.string(),
  name: z.string(),
  status: z.enum(runStatuses),
  lifecycle,
  startedAt: time,
  endedAt: time.nullable(),
  parentRunId: z.string().nullable(),
  user: z.string().describe('Who the client says ran it.'),
  actorId: z.string().describe('Who really created it.'),
  code: codeVersionSchema.nullable(),
  environment: environmentSchema.nullable(),
};

/** A run without what it logged, as the API shows it. */
export const runInfoView = z.object(info).meta({ id: 'RunInfo' });
/** A run as searches show it. */
export const runView = z
  .object({ ...info, metrics: z.record(z.string(), metricView), params: texts, tags: texts })
  .meta({ id: 'Run' });
/** A run with its inputs, as the API shows it. */
export const runDetailsView = z
  .object({
    ...runView.shape,
    inputs: z.array(datasetInputSchema),
    modelInputs: z.array(z.string()).describe('Ids of logged models that it read.'),
    modelOutputs: z.array(modelOutputSchema).describe('Logged models that it made.'),
  })
  .meta({ id: 'RunDetails' });

/** An artifact as the API shows it. */
export const artifactView = z
  .object({
    path: z.string(),
    kind: z.enum(['file', 'folder']),
    bytes: z.number().int(),
    digest: z.string().nullable(),
    createdAt: time,
  })
  .meta({ id: 'Artifact' });

/** Shows an experiment. */
export const showExperiment = (experiment: Experiment) => withIsoTimes(experiment, 'createdAt', 'updatedAt');
/** Shows a metric point. */
export const showMetric = (metric: Metric) => ({ ...metric, at: isoTime(metric.at) });
/** Shows an artifact. */
export const showArtifact = (artifact: Artifact) => withIsoTimes(artifact, 'createdAt');
/** Shows a run without what it logged. */
export const showInfo = (run: RunInfo) => withIsoTimes(run, 'startedAt', 'endedAt');

/** Shows a run. */
export function showRun<R extends Run | RunDetails>(run: R) {
  const metrics = Object.fromEntries(Object.entries(run.metrics).map(([key, metric]) => [key, showMetric(metric)]));
  return { ...run, ...showInfo(run), metrics };
}
