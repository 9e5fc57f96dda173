import { z } from 'zod';
import type { LoggedModels } from '../../domains/logged-models/index.ts';
import type { Runs, Tracking } from '../../domains/tracking/index.ts';
import { Reply, type RequestContext, type Route } from '../../http/route.ts';
import type { Actor } from '../../kernel/actor.ts';
import { TidemillError } from '../../kernel/errors.ts';
import { type Call, endpoint } from './endpoint.ts';
import { refuse } from './errors.ts';
import { int64, requiredText, text } from './fields.ts';
import { checkKey, checkLength, cut, longest } from './key-rules.ts';
import { known } from './known-model.ts';
import { logBatch } from './log-batch.ts';
import { checkedPoint, type LoggedPoint, modelPoint, plainPoint } from './metric-fields.ts';
import { conflictsOf } from './param-words.ts';
import { followTags } from './run-tags.ts';
import { ofRun, runIdOf } from './run-words.ts';
import { whichRun } from './runs.ts';

/** What logging reaches: runs, and the models that points are of. */
export interface LoggingServices {
  tracking: Tracking;
  loggedModels: LoggedModels;
}

const base = '/mlflow/runs';
const write = { method: 'POST', permission: 'tracking.write' } as const;
const empty = new Reply('{}', 200, { 'content-type': 'application/json' });
/** Anything but what a point or batch itself checks. */
const point = whichRun.extend({ timestamp: int64(), step: int64() }).loose();

/** The routes by which runs log. */
export function runLoggingRoutes(services: LoggingServices): Route[] {
  const { runs } = services.tracking;
  return [...metricRoute(services), ...batchRoute(services), ...paramRoute(runs), ...tagRoutes(runs)];
}

function metricRoute(services: LoggingServices): Route[] {
  const declared = endpoint({
    ...write,
    path: `${base}/log-metric`,
    summary: 'Logs a metric point.',
    input: point,
    handle: ({ input, actor }) => logPoint(services, actor, { runId: runIdOf(input), point: checkedPoint(input) }),
  });
  return declared.map((route) => ({
    ...route,
    handle: (call: RequestContext) => logPlainPoint(services.tracking.runs, call) ?? route.handle(call),
  }));
}

/** The ordinary request, by far the most frequent of all, without the parts that make it lenient; nothing for any other. */
function logPlainPoint(runs: Runs, { bytes, headers }: RequestContext): Promise<Reply> | undefined {
  if (headers['content-type'] !== 'application/json') return undefined;
  let body: Record<string, unknown>;
  try {
    body = JSON.parse(bytes.toString('utf8'));
  } catch {
    return undefined;
  }
  const given = plainPoint(body);
  const runId = given && (body['run_id'] || body['run_uuid']);
  if (!given || typeof runId !== 'string') return undefined;
  return ofRun(runId, runs.logMetric(runId, given)).then(() => empty);
}

async function logPoint(
  { tracking, loggedModels }: LoggingServices,
  actor: Actor,
  { runId, point: logged }: { runId: string; point: LoggedPoint },
): Promise<void> {
  const { modelId, key, value, step, at } = logged;
  if (modelId) {
    const { lifecycle } = await ofRun(runId, tracking.runs.info(runId));
    if (lifecycle === 'active')
      await known(modelId, loggedModels.logMetrics(actor, modelId, [modelPoint(runId, logged)]));
  }
  await ofRun(runId, tracking.runs.logMetric(runId, { key, value, step, at }));
}

function batchRoute(services: LoggingServices): Route[] {
  return endpoint({
    ...write,
    path: `${base}/log-batch`,
    summary: 'Logs metrics, parameters and tags.',
    input: whichRun.extend({
      metrics: z.array(z.unknown()).optional(),
      params: z.array(z.unknown()).optional(),
      tags: z.array(z.unknown()).optional(),
    }),
    handle: async ({ input, actor }) => logBatch(services, actor, { ...input, runId: runIdOf(input) }),
  });
}

function paramRoute(runs: Runs): Route[] {
  const input = whichRun.extend({ key: requiredText(), value: z.string().default('') });
  const log = async ({ input: given }: Call<z.output<typeof input>>) => {
    const [runId, { key }] = [runIdOf(given), given];
    checkKey(key, 'key');
    checkLength('Param key', key, longest.key);
    const value = cut(given.value, longest.param);
    await ofRun(runId, runs.log(runId, { params: { [key]: value } })).catch((error: unknown) => {
      const [conflict] = conflictsOf(error);
      if (!conflict) throw error;
      refuse(
        'INVALID_PARAMETER_VALUE',
        `Changing param values is not allowed. Param with key='${key}' was already logged with value='${conflict.value}' for run ID='${runId}'. Attempted logging new value '${value}'.`,
      );
    });
  };
  return endpoint({ ...write, path: `${base}/log-parameter`, summary: 'Logs a parameter.', input, handle: log });
}

function tagRoutes(runs: Runs): Route[] {
  return [
    ...endpoint({
      ...write,
      path: `${base}/set-tag`,
      summary: 'Sets a tag.',
      input: whichRun.extend({ key: requiredText(), value: z.string().default('') }),
      handle: async ({ input, actor }) => {
        const [runId, { key }] = [runIdOf(input), input];
        checkKey(key, 'key');
        checkLength('key', key, longest.key);
        const tags = { [key]: cut(input.value, longest.tag) };
        await ofRun(runId, runs.log(runId, { tags }));
        await ofRun(runId, followTags(runs, actor, { id: runId, tags }));
      },
    }),
    ...endpoint({
      ...write,
      path: `${base}/delete-tag`,
      summary: 'Removes a tag.',
      input: whichRun.extend({ key: requiredText(), value: text() }),
      handle: async ({ input }) => {
        const [runId, { key }] = [runIdOf(input), input];
        await ofRun(runId, runs.deleteTag(runId, key)).catch((error: unknown) => {
          if (!(error instanceof TidemillError) || error.details.field !== 'key') throw error;
          refuse('RESOURCE_DOES_NOT_EXIST', `No tag with name: ${key} in run with id ${runId}`);
        });
      },
    }),
  ];
}
