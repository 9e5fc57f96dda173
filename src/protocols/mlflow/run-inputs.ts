import { z } from 'zod';
import type { Runs } from '../../domains/tracking/index.ts';
import type { Route } from '../../http/route.ts';
import { endpoint } from './endpoint.ts';
import { refuse } from './errors.ts';
import { int64, readFields, requiredText } from './fields.ts';
import { checkLength, cut, longest } from './key-rules.ts';
import { contextTag } from './present-run.ts';
import { pythonRepr } from './python-repr.ts';
import { missing, ofRun, runIdOf } from './run-words.ts';
import { whichRun } from './runs.ts';

const base = '/mlflow/runs';
const write = { method: 'POST', permission: 'tracking.write' } as const;
const most = { name: 500, digest: 36, source: 65_535, schema: 1_048_575, profile: 16_777_215, key: 255, value: 500 };
const historyTag = 'mlflow.log-model.history';

const pairs = z.array(z.object({ key: z.string(), value: z.string().default('') })).default([]);
const dataset = z.object({
  name: z.string(),
  digest: z.string(),
  source_type: z.string().default(''),
  source: z.string().default(''),
  schema: z.string().optional(),
  profile: z.string().optional(),
});
const inputs = whichRun.extend({
  datasets: z.array(z.object({ tags: pairs, dataset: dataset.optional() })).optional(),
  models: z.array(z.object({ model_id: requiredText() })).optional(),
});
const outputs = whichRun.extend({
  models: z.array(z.object({ model_id: requiredText(), step: int64() })).optional(),
});

/** The routes that say what runs read and made. */
export function runInputRoutes(runs: Runs): Route[] {
  return [
    ...endpoint({
      ...write,
      path: `${base}/log-inputs`,
      summary: 'Records the datasets and models a run reads.',
      input: inputs,
      maxBodyBytes: 64 * 1024 * 1024,
      handle: async ({ input, actor }) => {
        const runId = runIdOf(input);
        const read = uniqueInputs((input.datasets ?? []).map(toInput));
        const models = [...new Set((input.models ?? []).map((model) => model.model_id))];
        await ofRun(runId, runs.logInputs(actor, runId, read));
        if (models.length > 0) await ofRun(runId, runs.logModelInputs(runId, models));
      },
    }),
    ...endpoint({
      ...write,
      path: `${base}/outputs`,
      summary: 'Records the models a run made.',
      input: outputs,
      handle: async ({ input }) => {
        const runId = runIdOf(input);
        const made = (input.models ?? missing('models')).map(({ model_id, step = 0 }) => ({ modelId: model_id, step }));
        await ofRun(runId, runs.logModelOutputs(runId, made));
      },
    }),
    ...logModelRoute(runs),
  ];
}

function toInput({ tags, dataset: read }: NonNullable<z.output<typeof inputs>['datasets']>[number]) {
  if (!read) return refuse('INVALID_PARAMETER_VALUE', 'Dataset cannot be None');
  for (const name of ['name', 'digest', 'source', 'schema', 'profile'] as const) {
    checkLength(name, read[name] ?? '', most[name]);
  }
  for (const { key, value } of tags) {
    checkLength('key', key, most.key);
    checkLength('value', value, most.value);
  }
  const { [contextTag]: context = '', ...others } = Object.fromEntries(tags.map(({ key, value }) => [key, value]));
  const { source_type: sourceType, ...rest } = read;
  return { ...rest, sourceType, context, ...(Object.keys(others).length > 0 && { tags: others }) };
}

/** A dataset named twice counts once, as it was named first. */
function uniqueInputs<T extends { name: string; digest: string }>(read: readonly T[]): T[] {
  const first = new Map<string, T>();
  for (const one of read) {
    const key = JSON.stringify([one.name, one.digest]);
    if (!first.has(key)) first.set(key, one);
  }
  return [...first.values()];
}

const modelFields = ['artifact_path', 'flavors', 'utc_time_created', 'run_id'] as const;

/** How clients before 3.0 say that a run made a model: a list in a tag. */
function logModelRoute(runs: Runs): Route[] {
  return endpoint({
    ...write,
    path: `${base}/log-model`,
    summary: 'Records a model of a run.',
    input: whichRun.extend({ model_json: requiredText() }),
    handle: async ({ input }) => {
      const runId = runIdOf(input);
      const model = parseModel(input.model_json);
      const { tags } = await ofRun(runId, runs.get(runId));
      const history = [...parseHistory(tags[historyTag]), model];
      await ofRun(runId, runs.log(runId, { tags: { [historyTag]: cut(JSON.stringify(history), longest.tag) } }));
    },
  });
}

function parseHistory(text = '[]'): unknown[] {
  try {
    const history: unknown = JSON.parse(text);
    return Array.isArray(history) ? history : [];
  } catch {
    // Cut off where it was too long.
    return [];
  }
}

/** What of a model's description the tag keeps. */
function parseModel(text: string): Record<string, unknown> {
  let model: unknown;
  try {
    model = JSON.parse(text);
  } catch {
    refuse('INVALID_PARAMETER_VALUE', `Malformed model info. \n ${text} \n is not a valid JSON.`);
  }
  const fields = readFields(z.looseObject({}), (model ?? {}) as Record<string, unknown>);
  const absent = modelFields.filter((name) => !(name in fields));
  if (absent.length > 0) {
    const set = `{${absent.map((name) => pythonRepr(name)).join(', ')}}`;
    refuse('INVALID_PARAMETER_VALUE', `Model json is missing mandatory fields: ${set}`);
  }
  const kept = ['run_id', 'artifact_path', 'utc_time_created', 'model_uuid', 'flavors'];
  const known = Object.fromEntries(kept.filter((name) => name in fields).map((name) => [name, fields[name]]));
  return { ...known, flavors: withoutConfigs(fields['flavors']) };
}

function withoutConfigs(flavors: unknown): unknown {
  if (flavors === null || typeof flavors !== 'object') return {};
  const plain = Object.entries(flavors).map(([name, flavor]) => {
    if (flavor === null || typeof flavor !== 'object' || Array.isArray(flavor)) return [name, flavor];
    const { config: _, ...rest } = flavor as Record<string, unknown>;
    return [name, rest];
  });
  return Object.fromEntries(plain);
}
