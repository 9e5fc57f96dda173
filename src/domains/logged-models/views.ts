import { z } from 'zod';
import { isoTime } from '../../kernel/clock.ts';
import { withIsoTimes } from '../../kernel/iso-fields.ts';
import { type LoggedModel, loggedModelStatuses } from './schema.ts';

const time = z.iso.datetime();
const texts = z.record(z.string(), z.string());
const anyNumber = z.custom<number>((value) => typeof value === 'number').meta({ type: 'number' });

/** A metric point of a logged model as the API shows it; `value` may be the bare tokens NaN, Infinity, -Infinity. */
export const modelMetricView = z
  .object({
    key: z.string(),
    value: anyNumber,
    step: z.number(),
    at: time,
    runId: z.string().describe('The run that measured it, if one did.'),
    datasetName: z.string(),
    datasetDigest: z.string(),
  })
  .meta({ id: 'ModelMetric' });

/** A logged model as the API shows it. */
export const loggedModelView = z
  .object({
    id: z.string(),
    experimentId: z.string(),
    name: z.string(),
    type: z.string(),
    status: z.enum(loggedModelStatuses),
    sourceRunId: z.string().describe('The run that made it, if one did.'),
    artifactLocation: z.string().nullable(),
    actorId: z.string().describe('Who really created it.'),
    createdAt: time,
    updatedAt: time,
    deletedAt: time.nullable(),
    params: texts,
    tags: texts,
    metrics: z.array(modelMetricView),
  })
  .meta({ id: 'LoggedModel' });

/** Shows a logged model. */
export function showLoggedModel(model: LoggedModel) {
  const metrics = model.metrics.map((metric) => ({ ...metric, at: isoTime(metric.at) }));
  return { ...withIsoTimes(model, 'createdAt', 'updatedAt', 'deletedAt'), metrics };
}
