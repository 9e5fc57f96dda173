import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ColumnToWrite } from '../../../engine/index.ts';
import { fail } from '../../../kernel/errors.ts';
import { type BatchModel, openBatchModel } from '../batch/batch-session.ts';
import type { Outputs } from '../batch/batch-tensors.ts';
import type { ServingDeps } from '../deps.ts';
import type { ModelPlan } from '../predict/model-plan.ts';
import { readRows } from '../predict/row-block.ts';
import type { EndpointSpec, LoggedPrediction } from '../schema.ts';
import { listPredictions } from './list-predictions.ts';
import { planLog } from './log-entry.ts';
import { type LogRules, plainRules } from './log-rules.ts';
import { predictionFilterSchema } from './predictions-schema.ts';
import { ReplayComparison } from './replay-compare.ts';
import type { ReplayReport, ReplayRequest } from './replay-schema.ts';
import type { StoredReplay } from './replay-store.ts';

const pageRows = 1000;
const partRows = 50_000;

interface RunOptions {
  replay: StoredReplay;
  spec: EndpointSpec;
  rules: LogRules;
  signal: AbortSignal;
  onProgress(rows: number): Promise<void>;
}

/** Answers logged requests again, in a thread of its own where the runtime allows, and compares; nothing of it is logged. */
export async function runReplay(deps: ServingDeps, options: RunOptions): Promise<ReplayReport> {
  const { replay, spec } = options;
  const { request, endpoint } = replay;
  const model = await openBatchModel(deps, { endpoint, model: spec.model, version: request.version }, spec);
  const folder = join(deps.folder, 'replays', replay.id);
  await rm(folder, { recursive: true, force: true });
  try {
    checkColumns(model.plan, options.rules);
    const run = await compareAll(deps, options, { model, folder });
    if (request.as === undefined || run.parts.length === 0) return run.report;
    const { id: modelVersionId } = await deps.registry.versions.get(spec.model, request.version);
    const scoring = { batchId: replay.id, endpoint, model: spec.model, version: request.version, modelVersionId };
    const { version } = await deps.data.writeVersion(replay.actor, {
      dataset: request.as,
      source: { parquetPaths: run.parts },
      lineage: { producer: { scoring } },
      signal: options.signal,
    });
    const { dataset: name, version: number, id: versionId, digest } = version;
    return { ...run.report, dataset: { name, version: number, versionId, digest } };
  } finally {
    await model.close();
    await rm(folder, { recursive: true, force: true });
  }
}

/** Fails with `conflict`, naming them, where the log has not what the version needs. */
export function checkColumns(plan: ModelPlan, rules: LogRules): void {
  const told = { keep: '', drop: 'drops', hash: 'hashes', mask: 'masks' };
  const missing = plan.columns.flatMap(({ name }) => {
    const treatment = rules.treatment(name);
    return treatment === 'keep' ? [] : [`'${name}' (the log ${told[treatment]} it)`];
  });
  if (missing.length === 0) return;
  const cure = 'Only columns that the log keeps can be given to a model again.';
  fail('conflict', `The version needs ${missing.join(', ')}. ${cure}`, { field: 'version', cure });
}

async function compareAll(
  deps: ServingDeps,
  { replay, signal, onProgress }: RunOptions,
  { model, folder }: { model: BatchModel; folder: string },
): Promise<{ report: ReplayReport; parts: string[] }> {
  const { plan } = model;
  const answers = planLog(anybody, plan, plainRules()).source;
  const after = { probabilities: answers.probabilities, classes: answers.classes };
  let comparison: ReplayComparison | undefined;
  const total = { rows: 0, skipped: 0, computeMs: 0 };
  const parts: string[] = [];
  let held: Held[] = [];
  const writePart = async () => {
    if (held.length === 0) return;
    await mkdir(folder, { recursive: true });
    const path = join(folder, `${parts.length}.parquet`);
    await deps.engine.writeParquet(path, { columns: columnsOf(held) });
    parts.push(path);
    held = [];
  };
  for await (const { items, form } of pages(deps, replay.endpoint, replay.request)) {
    signal.throwIfAborted();
    comparison ??= new ReplayComparison(form, after);
    const fit = items.filter((item) => plan.columns.every(({ name }) => Object.hasOwn(item.features, name)));
    const startedAt = performance.now();
    const replies = await scoreItems(model, fit);
    total.computeMs += performance.now() - startedAt;
    for (const [item, reply] of replies) {
      const scoreAfter = answers.score === null ? null : numberOr(reply[answers.score]);
      const { outputs: before, score: scoreBefore, label, latencyMs } = item;
      comparison.add({ before, after: reply, scoreBefore, scoreAfter, label: label ?? undefined, latencyMs });
      if (replay.request.as !== undefined) held.push({ item, reply, scoreAfter });
    }
    total.rows += replies.length;
    total.skipped += items.length - replies.length;
    if (held.length >= partRows) await writePart();
    await onProgress(total.rows);
  }
  await writePart();
  comparison ??= new ReplayComparison(after, after);
  return { report: comparison.report(total.skipped, total.computeMs), parts };
}

const anybody = { endpoint: '', model: '', version: 0, variant: '', shadow: false };
const numberOr = (value: unknown) => (typeof value === 'number' ? value : null);

/** Pages of logged rows that were answered, newest first, with how their answers are read. */
async function* pages(deps: ServingDeps, endpoint: string, request: ReplayRequest) {
  let left = request.limit;
  let pageToken: string | undefined;
  do {
    const page = await listPredictions(deps, endpoint, {
      ...predictionFilterSchema.parse({ limit: Math.min(left, pageRows), shadow: false, code: 200, pageToken }),
      ...(request.from !== undefined && { from: request.from }),
      ...(request.to !== undefined && { to: request.to }),
      ...(request.ofVersion !== undefined && { version: request.ofVersion }),
      ...(request.variant !== undefined && { variant: request.variant }),
    });
    const [first] = page.items;
    if (first) yield { items: page.items, form: await formOf(deps, first) };
    left -= page.items.length;
    pageToken = page.nextPageToken;
  } while (pageToken !== undefined && left > 0);
}

/** How the answers of a logged row's version are read; by the endpoint's arm, or else from the names of its columns. */
async function formOf(deps: ServingDeps, { endpoint, version, model, outputs }: LoggedPrediction) {
  const arm = deps.table
    .find(endpoint)
    ?.arms.find(({ variant }) => variant.version === version && variant.model === model);
  if (arm) return { probabilities: arm.log.source.probabilities, classes: arm.log.source.classes };
  const probabilities = Object.keys(outputs).filter((name) => /prob.*\.\d+$/i.test(name));
  return { probabilities, classes: null };
}

type Reply = Record<string, number | string | null>;

/** Answers rows; where some of them break the model, each by itself, and those that do are left out. */
async function scoreItems(model: BatchModel, items: LoggedPrediction[]): Promise<[LoggedPrediction, Reply][]> {
  if (items.length === 0) return [];
  try {
    const features = items.map((item) => item.features);
    const outputs = await model.score(readRows(model.plan, features, 'ignore'));
    return items.map((item, row) => [item, replyOf(outputs, row)]);
  } catch (error) {
    if (items.length === 1) return [];
    if ((error as { code?: string }).code !== 'model_failed' && (error as { code?: string }).code !== 'invalid_input') {
      throw error;
    }
    const half = items.length >> 1;
    return [...(await scoreItems(model, items.slice(0, half))), ...(await scoreItems(model, items.slice(half)))];
  }
}

/** A row of outputs by the names that columns of the log have. */
function replyOf(outputs: Outputs, row: number): Reply {
  const reply: Reply = {};
  for (const [name, { data, width }] of Object.entries(outputs)) {
    for (let at = 0; at < width; at++) {
      const value = data[row * width + at]!;
      const cell = typeof value === 'bigint' ? Number(value) : value;
      reply[width === 1 ? name : `${name}.${at}`] = Number.isNaN(cell) ? null : (cell as number | string);
    }
  }
  return reply;
}

interface Held {
  item: LoggedPrediction;
  reply: Reply;
  scoreAfter: number | null;
}

function columnsOf(rows: readonly Held[]): ColumnToWrite[] {
  const [first] = rows;
  const outputs = Object.entries(first!.reply);
  const typeOf = (value: unknown) => (typeof value === 'string' ? ('VARCHAR' as const) : ('DOUBLE' as const));
  const cellOf = (type: string, value: unknown) =>
    typeof value === (type === 'VARCHAR' ? 'string' : 'number') ? value : null;
  return [
    { name: 'prediction_id', type: 'VARCHAR', values: rows.map(({ item }) => item.predictionId) },
    { name: 'at', type: 'TIMESTAMP', values: rows.map(({ item }) => Date.parse(item.at)) },
    { name: 'logged_version', type: 'INTEGER', values: rows.map(({ item }) => item.version) },
    { name: 'logged_score', type: 'DOUBLE', values: rows.map(({ item }) => item.score) },
    { name: 'replayed_score', type: 'DOUBLE', values: rows.map(({ scoreAfter }) => scoreAfter) },
    {
      name: 'label',
      type: 'VARCHAR',
      values: rows.map(({ item }) => (item.label == null ? null : String(item.label))),
    },
    ...outputs.flatMap(([name, value]): ColumnToWrite[] => {
      const type = typeOf(value);
      const before = rows.map(({ item }) => cellOf(type, item.outputs[name]) as number | string | null);
      const after = rows.map(({ reply }) => cellOf(type, reply[name]) as number | string | null);
      return [
        { name: `logged.${name}`, type, values: before },
        { name: `replayed.${name}`, type, values: after },
      ];
    }),
  ];
}
