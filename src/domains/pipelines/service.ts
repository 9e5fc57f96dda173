import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { Blobs } from '../../blobs/index.ts';
import type { Background } from '../../database/background.ts';
import type { Database } from '../../database/database.ts';
import { type Actor, systemActor } from '../../kernel/actor.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { Ledger } from '../../ledger/index.ts';
import { Archive } from './archive.ts';
import { createBundles } from './bundle.ts';
import { checkHere, createDocumentReader, declarePipeline, undeclarePipeline } from './documents.ts';
import { Engine } from './engine.ts';
import type { Executor } from './executor.ts';
import { InProcessExecutor } from './in-process.ts';
import { defaultLogLimits, type LogLimits } from './log-file.ts';
import { newOwner } from './owner.ts';
import type { Pipelines } from './pipelines.ts';
import type { Builtin, PipelinePorts } from './ports.ts';
import { ProcessExecutor } from './process-executor.ts';
import { findRun, listRuns, listSteps, readStep } from './reading.ts';
import { rerunFrom } from './rerun.ts';
import { RunDesk } from './run-desk.ts';
import { Scheduler } from './scheduler.ts';
import { followLog, readLog } from './step-log.ts';
import { Triggers } from './triggers.ts';
import { toRun } from './views.ts';

/** What pipelines are made of. */
export interface PipelinesOptions {
  database: Database;
  ledger: Ledger;
  background: Background;
  blobs: Blobs;
  clock: Clock;
  /** A folder of this machine for work under way and laid-out code. */
  root: string;
  /** The server's address as steps of this machine reach it; asked when a step starts. */
  url(): string;
  /** The server's environment; steps see an allow-list of it. */
  environment: Record<string, string | undefined>;
  ports?: PipelinePorts;
  /** Sizes of the pools that steps may name. */
  pools?: Record<string, number>;
  /** Executors beside `process`, by what steps call them. */
  executors?: Executor[];
  limits?: Partial<PipelineLimits>;
  /** False where another replica runs pipelines: this one declares, starts and shows them. */
  execute?: boolean;
  onError(what: string, error: unknown): void;
}

/** How much at once, and for how long. */
export interface PipelineLimits {
  /** Processes of steps at once; twice the cores unless said. */
  processes: number;
  /** Steps inside the server at once. */
  builtins: number;
  leaseMs: number;
  /** Between SIGTERM and SIGKILL. */
  graceMs: number;
  tokenTtlMs: number;
  log: LogLimits;
}

function withDefaults(limits: Partial<PipelineLimits> = {}): PipelineLimits {
  return {
    processes: Math.max(4, availableParallelism() * 2),
    builtins: 64,
    leaseMs: 30_000,
    graceMs: 5_000,
    tokenTtlMs: 24 * 3_600_000,
    log: defaultLogLimits,
    ...limits,
  };
}

/** Makes pipelines; nothing runs until `open`. */
export function createPipelines(options: PipelinesOptions): Pipelines {
  const parts = assemble(options);
  const { database, documents, bundles, desk, scheduler, builtins } = parts;
  const logs = { database, blobs: options.blobs, root: parts.workRoot, limits: parts.log };
  const reading = { database, documents };
  return {
    addBuiltin: (builtin) => void builtins.set(builtin.name, builtin as unknown as Builtin),
    check: (document) => checkHere(parts, document),
    async declare(actor, name, document) {
      const pipeline = await declarePipeline(parts, actor, { name, document });
      scheduler.wake();
      return pipeline;
    },
    undeclare: (actor, name) => undeclarePipeline(parts, actor, name),
    declared: async () => (await documents.current()).map(({ name, spec }) => ({ name, spec })),
    pipeline: async (name) => {
      const { declaredAt, ...found } = await documents.currentOf(name);
      return { ...found, declaredAt: new Date(declaredAt).toISOString() };
    },
    pipelines: (page) => documents.page(page),
    schedules: (name) => scheduler.describe(name),
    start: async (actor, run) => toRun((await desk.start(actor, run)).run),
    cancel: async (actor, runId) => toRun(await desk.cancel(actor, runId)),
    rerun: async (actor, request) => {
      const made = await rerunFrom({ ...parts, current: documents.currentOf }, actor, request);
      desk.made(made);
      return toRun(made.run);
    },
    run: async (runId) => toRun(await findRun(database, runId)),
    runs: (filter) => listRuns(reading, filter),
    steps: (runId, page) => listSteps(reading, runId, page),
    step: (runId, step) => readStep(reading, runId, step),
    wait: async (runId, signal) => toRun(await desk.wait(runId, signal)),
    log: (query) => readLog(logs, query),
    followLog: (query, signal) => followLog(logs, query, signal),
    putBundle: (files, origin, actor: Actor = systemActor) => bundles.put(actor, files, origin),
    putBundleManifest: (actor, files, origin) => bundles.putManifest(actor, files, origin),
    bundle: (digest) => bundles.bundle(digest),
    open: () => desk.open(),
    drain: (graceMs = 10_000) => desk.drain(graceMs),
  };
}

type Parts = ReturnType<typeof assemble>;

function assemble(options: PipelinesOptions) {
  const { database, ledger, clock, blobs, ports = {}, pools = {}, onError } = options;
  const limits = withDefaults(options.limits);
  const workRoot = join(options.root, 'steps');
  const builtins = new Map<string, Builtin>();
  const documents = createDocumentReader(database);
  const bundles = createBundles({ database, blobs, ledger, clock, root: join(options.root, 'bundles') });
  const archive = new Archive({ database, blobs, root: workRoot, log: limits.log, onError });
  const executors = makeExecutors(options, { limits, workRoot, builtins, bundles, archive });
  const engine = new Engine({
    ...{ database, ledger, clock, blobs, ports, builtins, pools, executors, onError },
    owner: newOwner(),
    leaseMs: limits.leaseMs,
    onRunOver: (row) => desk.over(row),
  });
  const { current, currentOf } = documents;
  const starting = { database, ledger, clock, current, currentOf, onError, onMade: (made: Made) => desk.made(made) };
  const scheduler = new Scheduler(starting);
  const triggers = new Triggers(starting);
  const desk: RunDesk = new RunDesk({
    ...{ database, ledger, clock, documents, engine, archive, scheduler, triggers, onError },
    background: options.background,
    execute: options.execute ?? true,
  });
  return {
    database,
    ledger,
    clock,
    documents,
    bundles,
    desk,
    scheduler,
    builtins,
    executors,
    pools,
    workRoot,
    log: limits.log,
  };
}

type Made = Parameters<RunDesk['made']>[0];

function makeExecutors(
  { blobs, ports = {}, url, environment, executors = [], onError }: PipelinesOptions,
  own: {
    limits: PipelineLimits;
    workRoot: string;
    builtins: Map<string, Builtin>;
    bundles: Parts['bundles'];
    archive: Archive;
  },
): Map<string, Executor> {
  const { limits, workRoot: root, builtins, bundles, archive } = own;
  const { log, graceMs, tokenTtlMs } = limits;
  const onOver: ConstructorParameters<typeof ProcessExecutor>[0]['onOver'] = (work) =>
    archive.add({ runId: work.context.runId, idx: work.index, n: work.attempt });
  const all: Executor[] = [
    new InProcessExecutor({ root, slots: limits.builtins, ports, builtins, log, onOver }),
    new ProcessExecutor({
      ...{ root, blobs, ports, bundles, url, environment, tokenTtlMs, graceMs, log, onOver, onError },
      slots: limits.processes,
    }),
    ...executors,
  ];
  return new Map(all.map((executor) => [executor.name, executor]));
}
