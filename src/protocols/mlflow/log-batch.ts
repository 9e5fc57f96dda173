import type { LoggedModels, NewModelMetric } from '../../domains/logged-models/index.ts';
import type { Tracking } from '../../domains/tracking/index.ts';
import type { Actor } from '../../kernel/actor.ts';
import { refuse } from './errors.ts';
import { pair, readFields } from './fields.ts';
import { checkKey, checkLength, cut, longest } from './key-rules.ts';
import { known } from './known-model.ts';
import { type LoggedPoint, modelPoint, readPoints } from './metric-fields.ts';
import { refuseChangedParams } from './param-words.ts';
import { pythonRepr } from './python-repr.ts';
import { followTags } from './run-tags.ts';
import { missing, ofRun } from './run-words.ts';

const most = { metrics: 1000, params: 100, tags: 100, all: 1000 } as const;

interface Batch {
  runId: string;
  metrics?: readonly unknown[] | undefined;
  params?: readonly unknown[] | undefined;
  tags?: readonly unknown[] | undefined;
}

interface Pair {
  key: string;
  value: string;
}

/** Logs a batch: everything is checked before anything is written, and points that name a model are also the model's. */
export async function logBatch(
  { tracking, loggedModels }: { tracking: Tracking; loggedModels: LoggedModels },
  actor: Actor,
  { runId, metrics = [], params = [], tags = [] }: Batch,
): Promise<void> {
  const { runs } = tracking;
  const points = readPoints(metrics);
  const pairs = readPairs(params, 'params');
  const labels = readPairs(tags, 'tags');
  checkSizes(points, pairs, labels);
  refuseDuplicates(pairs);
  const own = points.map(({ key, value, step, at }) => ({ key, value, step, at }));
  const batch = { metrics: own, params: recordOf(pairs), tags: recordOf(labels) };
  await ofRun(runId, runs.log(runId, batch)).catch((error: unknown) => refuseChangedParams(error, runId, batch.params));
  for (const [modelId, measured] of pointsByModel(points, runId)) {
    await known(modelId, loggedModels.logMetrics(actor, modelId, measured));
  }
  if (labels.length > 0) await ofRun(runId, followTags(runs, actor, { id: runId, tags: batch.tags }));
}

function recordOf(pairs: readonly Pair[]): Record<string, string> {
  return Object.fromEntries(pairs.map(({ key, value }) => [key, value]));
}

function readPairs(list: readonly unknown[], name: 'params' | 'tags'): Pair[] {
  const limit = name === 'params' ? longest.param : longest.tag;
  return list.map((given, i) => {
    const path = `${name}[${i}]`;
    if (!(given as Partial<Pair> | null)?.key) missing(`${path}.key`);
    const { key, value } = readFields(pair, given as Record<string, unknown>);
    checkKey(key, `${path}.key`);
    checkLength(name === 'params' ? 'Param key' : `${path}.key`, key, longest.key);
    return { key, value: cut(value, limit) };
  });
}

function checkSizes(metrics: readonly unknown[], params: readonly unknown[], tags: readonly unknown[]): void {
  const check = (what: string, length: number, limit: number) => {
    if (length <= limit) return;
    refuse(
      'INVALID_PARAMETER_VALUE',
      `A batch logging request can contain at most ${limit} ${what}. Got ${length} ${what}. Please split up ${what} across multiple requests and try again.`,
    );
  };
  check('metrics', metrics.length, most.metrics);
  check('params', params.length, most.params);
  check('tags', tags.length, most.tags);
  check('metrics, params, and tags', metrics.length + params.length + tags.length, most.all);
}

function refuseDuplicates(params: readonly Pair[]): void {
  const seen = new Set<string>();
  const twice = params.map(({ key }) => key).filter((key) => seen.size === seen.add(key).size);
  if (twice.length === 0) return;
  refuse(
    'INVALID_PARAMETER_VALUE',
    `Duplicate parameter keys have been submitted: ${pythonRepr(twice)}. Please ensure the request contains only one param value per param key.`,
  );
}

function pointsByModel(points: readonly LoggedPoint[], runId: string): Map<string, NewModelMetric[]> {
  const found = new Map<string, NewModelMetric[]>();
  for (const point of points) {
    if (!point.modelId) continue;
    const measured = modelPoint(runId, point);
    const known = found.get(point.modelId);
    if (known) known.push(measured);
    else found.set(point.modelId, [measured]);
  }
  return found;
}
