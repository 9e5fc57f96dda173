import type { Actor } from '../../kernel/actor.ts';
import { notFound } from '../../kernel/errors.ts';
import type { Page, PageRequest } from '../../kernel/page.ts';
import { type BatchPredictions, createBatchPredictions } from './batch/batch-service.ts';
import type { ServingDeps, ServingOptions } from './deps.ts';
import { declareEndpoint, toEndpoint, undeclareEndpoint } from './endpoints.ts';
import { createEndpointExperiments, type EndpointExperiments } from './experiment/experiments.ts';
import { explainLogged } from './explain/explain-logged.ts';
import { type ExportedLabelled, type ExportLabelled, exportLabelled } from './log/export-labelled.ts';
import { takeFeedback } from './log/feedback.ts';
import { createLabelStore } from './log/label-store.ts';
import { createPredictionLogFace, type PredictionLogFace } from './log/log-service.ts';
import type { ObservationQuery, Observations } from './log/observations.ts';
import { findPrediction, logSpan, observe } from './log/observe.ts';
import { removeScratch } from './log/scratch-files.ts';
import { addTasks, makeDeps } from './make-deps.ts';
import { createPackages, type Packages } from './package/packages.ts';
import { type Arriving, checkRoom } from './predict/check-room.ts';
import { inferTable, type TableCall } from './predict/infer-table.ts';
import { type InferCall, type Inferred, inferTensors } from './predict/infer-tensors.ts';
import { type ModelFace, type ModelState, modelFace, modelStates } from './predict/model-face.ts';
import { type PredictCall, predict } from './predict/predict.ts';
import { runtimesOf } from './predict/routing.ts';
import { type RolloutVerbs, rolloutVerbs } from './rollout/rollout-verbs.ts';
import { closeRolloutWatch, createRolloutWatch } from './rollout/rollout-watch.ts';
import { loadEndpoint, unloadEndpoint } from './runtime/load-model.ts';
import { endStrays } from './runtime/process-folder.ts';
import type { Credential } from './runtime/remote-credentials.ts';
import { processFolderOf } from './runtime/runtime-kinds.ts';
import { retryFailed } from './runtime/runtime-retry.ts';
import type { RuntimeState } from './runtime/runtime-schema.ts';
import type { Endpoint, EndpointSpec, EndpointStats, Feedback, FeedbackResult, LoggedPrediction } from './schema.ts';
import type { CompatibleName } from './stats/compatible-metrics.ts';
import { endpointStats } from './stats/endpoint-stats.ts';
import { type InferenceStats, inferenceStats } from './stats/inference-stats.ts';
import type { MetricFamily } from './stats/metric-family.ts';
import { metricFamilies } from './stats/metrics.ts';
import { createEndpointStore } from './store.ts';
import { watchRevisions } from './watch-revisions.ts';

/** Serving: endpoints that answer, their rollouts, the log of what they answered, and the truth that came later. */
export interface Serving extends RolloutVerbs {
  /** Loads the endpoints and takes up the log; before the first request. */
  open(): Promise<void>;
  /** Waits for shadows and writes the log. */
  close(): Promise<void>;

  declare(actor: Actor, name: string, spec: unknown): Promise<Endpoint>;
  undeclare(actor: Actor, name: string): Promise<void>;
  declared(): Promise<{ name: string; spec: EndpointSpec }[]>;
  endpoint(name: string): Promise<Endpoint>;
  endpoints(request: PageRequest): Promise<Page<Endpoint>>;
  /** Traffic over the last minutes, as this process saw it. */
  stats(name: string): EndpointStats;
  /** Numbers for Prometheus, as they stand; also by the names of other servers. */
  metrics(compatible?: readonly CompatibleName[]): Promise<MetricFamily[]>;

  /** Answers rows; the reply is JSON text. */
  predict(call: PredictCall): Promise<string>;
  /** Answers tensors, for protocols. */
  infer(call: InferCall): Promise<Inferred>;
  /** Fails with `limited` where an endpoint has no room for a row more; to be asked before a request is read. */
  checkRoom(arriving: Arriving): void;
  /** Answers a table, for protocols. */
  inferTable(call: TableCall): Promise<Inferred>;
  /** What an endpoint's model takes and gives, as tensors; `unavailable` until it can answer. */
  modelFace(endpoint: string, version?: string): ModelFace;
  /** How the runtimes behind an endpoint are. */
  runtimes(endpoint: string): RuntimeState[];
  /** What the processes behind an endpoint printed last, by version. */
  runtimeLogs(endpoint: string): { version: number; lines: string[] }[];
  /** Sets what an endpoint shows to the server of a remote model; without one it is removed. */
  setCredential(actor: Actor, endpoint: string, credential?: Credential): Promise<void>;
  /** Every endpoint and whether it can answer, by name. */
  modelStates(): ModelState[];
  /** What versions have answered since this process began, and how long it took them. */
  inferenceStats(asked?: { endpoint?: string | undefined; version?: string | undefined }): InferenceStats[];
  /** Lets an unloaded endpoint answer again, or tries to load one that failed; `unavailable` where it still cannot. */
  load(actor: Actor, name: string): Promise<void>;
  /** Frees an endpoint's models on every replica until it is loaded again. */
  unload(actor: Actor, name: string): Promise<void>;

  /** Logged predictions as typed columns. */
  observations(query: ObservationQuery): Promise<Observations>;
  /** The first and last event time of an endpoint's log; undefined when nothing has been logged. */
  logSpan(endpoint: string): Promise<{ minAt: number; maxAt: number } | undefined>;
  /** How many predictions have labels, by ranges of event time (the end not included). */
  countLabels(endpoint: string, ranges: readonly { from: number; to: number }[]): Promise<number[]>;
  /** One logged prediction by its id; `not_found` where it is not in the log. */
  prediction(id: string): Promise<LoggedPrediction>;
  /** What each column gave to a logged prediction. */
  explainPrediction(actor: Actor, id: string): ReturnType<typeof explainLogged>;
  feedback(actor: Actor, items: readonly Feedback[]): Promise<FeedbackResult>;
  /** Writes logged rows that have labels as a dataset version. */
  exportLabelled(actor: Actor, request: ExportLabelled): Promise<ExportedLabelled>;
  /** Turns what is in write-ahead files into Parquet now. */
  compactLog(): Promise<void>;
  /** The log: lists, replays, bulk feedback. */
  predictionLog: PredictionLogFace;
  /** Predictions over whole files and datasets. */
  batches: BatchPredictions;
  packages: Packages;
  /** Experiments among the variants of an endpoint. */
  experiments: EndpointExperiments;
}

/** Makes serving; its background tasks and its ledger reader are added at once, `open` loads what is declared. */
export function createServing(options: ServingOptions): Serving {
  const deps = makeDeps(options);
  const watch = createRolloutWatch();
  addTasks(deps, watch);
  const { database, table, log } = deps;
  let stopWatching = () => {};
  return {
    async open() {
      await removeScratch(deps);
      await log.open();
      await endStrays(processFolderOf(options));
      for (const endpoint of await createEndpointStore(database.query).all()) {
        const loaded = table.put(endpoint);
        // Processes and other servers may take minutes, or never come: nobody else waits for them.
        if (endpoint.spec.runtime.kind === 'onnx') await loaded;
      }
      const stops = [watchRevisions(deps), retryFailed(deps)];
      stopWatching = () => {
        for (const stop of stops) stop();
      };
    },
    async close() {
      stopWatching();
      deps.counts.close();
      await closeRolloutWatch(watch);
      await deps.shadows.idle();
      await log.close();
      await deps.sinks.close();
      await deps.runtimes.close();
    },
    ...endpointVerbs(deps),
    stats: (name) => endpointStats(deps, name),
    metrics: (compatible) => metricFamilies(deps, compatible),
    predict: (call) => predict(deps, call),
    infer: (call) => inferTensors(deps, call),
    checkRoom: (arriving) => checkRoom(deps, arriving),
    inferTable: (call) => inferTable(deps, call),
    modelFace: (endpoint, version) => modelFace(deps, endpoint, version),
    runtimes: (name) => runtimesOf(table, name).map((runtime) => runtime.describe()),
    runtimeLogs: (name) =>
      runtimesOf(table, name).map((runtime) => ({ version: runtime.version, lines: runtime.logs() })),
    setCredential: (actor, name, credential) => deps.credentials.set(actor, name, credential),
    modelStates: () => modelStates(deps),
    inferenceStats: (asked) => inferenceStats(deps, asked),
    load: (actor, name) => loadEndpoint(deps, actor, name),
    unload: (actor, name) => unloadEndpoint(deps, actor, name),
    ...rolloutVerbs(deps),
    ...logVerbs(deps),
    compactLog: () => log.compact(),
    predictionLog: createPredictionLogFace(deps),
    batches: createBatchPredictions(deps),
    packages: createPackages(deps),
    experiments: createEndpointExperiments(deps),
  };
}

type EndpointVerbs = Pick<Serving, 'declare' | 'undeclare' | 'declared' | 'endpoint' | 'endpoints'>;

function endpointVerbs(deps: ServingDeps): EndpointVerbs {
  const { table } = deps;
  const endpoints = () => createEndpointStore(deps.database.query);
  return {
    declare: (actor, name, spec) => declareEndpoint(deps, actor, { name, spec }),
    undeclare: (actor, name) => undeclareEndpoint(deps, actor, name),
    declared: async () => (await endpoints().all()).map(({ name, spec }) => ({ name, spec })),
    endpoint: async (name) => toEndpoint((await endpoints().find(name)) ?? notFound('endpoint', name), table),
    async endpoints(request) {
      const page = await endpoints().page(request);
      return { ...page, items: page.items.map((stored) => toEndpoint(stored, table)) };
    },
  };
}

type LogVerbs = Pick<
  Serving,
  'observations' | 'logSpan' | 'countLabels' | 'prediction' | 'explainPrediction' | 'feedback' | 'exportLabelled'
>;

function logVerbs(deps: ServingDeps): LogVerbs {
  return {
    observations: async (query) => (await observe(deps, query)).observations,
    logSpan: (endpoint) => logSpan(deps, endpoint),
    countLabels: (endpoint, ranges) => createLabelStore(deps.database.query).count(endpoint, ranges),
    prediction: (id) => findPrediction(deps, id),
    explainPrediction: (actor, id) => explainLogged(deps, actor, id),
    feedback: async (actor, items) => deps.counts.feedback(await takeFeedback(deps, actor, items)),
    exportLabelled: (actor, request) => exportLabelled(deps, actor, request),
  };
}
