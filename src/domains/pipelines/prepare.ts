import type { Blobs } from '../../blobs/index.ts';
import type { Database } from '../../database/database.ts';
import type { Clock } from '../../kernel/clock.ts';
import { fail, messageOf, TidemillError } from '../../kernel/errors.ts';
import { type ActiveRun, artifactAt, lookupIn, runFacts, type StepResult } from './active-run.ts';
import type { ArtifactRef, Artifacts } from './artifact.ts';
import { cacheKey, findCached } from './cache.ts';
import type { Work } from './executor.ts';
import type { Failure } from './machine.ts';
import type { Builtin, PipelinePorts } from './ports.ts';
import { createRunStore } from './run-store.ts';
import { isTemplate, parseTemplate, type Reference, render } from './template.ts';
import { valueArtifact } from './transfer.ts';
import { holds } from './when.ts';

/** What is to be done with a step that may start. */
export type Prepared =
  | { kind: 'submit'; work: Work }
  | { kind: 'skip' }
  | { kind: 'cached'; result: StepResult }
  | { kind: 'wait'; for: string }
  | { kind: 'fail'; failure: Failure };

/** What preparing needs. */
export interface PrepareDeps {
  database: Database;
  blobs: Blobs;
  clock: Clock;
  ports: PipelinePorts;
  builtins: ReadonlyMap<string, Builtin>;
  /** Sizes of the pools of slots. */
  pools: Record<string, number>;
}

/** Decides what to do with a step; at once, not by a promise, where nothing must be looked up. */
export function prepare(deps: PrepareDeps, run: ActiveRun, index: number): Prepared | Promise<Prepared> {
  try {
    const found = inputsOf(deps, run, index);
    if (found instanceof Promise) return found.then((inputs) => withInputs(deps, run, { index, inputs })).catch(failed);
    const next = withInputs(deps, run, { index, inputs: found });
    return next instanceof Promise ? next.catch(failed) : next;
  } catch (error) {
    return failed(error);
  }
}

function failed(error: unknown): Prepared {
  const users =
    error instanceof TidemillError && !['unavailable', 'internal', 'limited', 'timeout'].includes(error.kind);
  return { kind: 'fail', failure: { errorClass: users ? 'user' : 'infra', error: messageOf(error) } };
}

const none: Artifacts = {};

function inputsOf(deps: PrepareDeps, run: ActiveRun, index: number): Artifacts | Promise<Artifacts> {
  const given = Object.entries(run.steps[index]!.inputs);
  if (given.length === 0) return none;
  const resolved = given.map(([name, input]) => [name, toArtifact(deps, run, { name, input })] as const);
  if (!resolved.some(([, artifact]) => artifact instanceof Promise)) return Object.fromEntries(resolved) as Artifacts;
  return Promise.all(resolved.map(async ([name, artifact]) => [name, await artifact] as const)).then(
    Object.fromEntries,
  );
}

type Input = ActiveRun['steps'][number]['inputs'][string];

function toArtifact(deps: PrepareDeps, run: ActiveRun, given: { name: string; input: Input }) {
  const field = `inputs.${given.name}`;
  const { input } = given;
  if (typeof input === 'object') {
    const filled = render(input, field, { lookup: lookupIn(run, none) }) as Record<string, string>;
    const { dataset, model, version = 'latest' } = filled;
    const find = dataset === undefined ? deps.ports.findModel : deps.ports.findDataset;
    return find
      ? find((dataset ?? model)!, version)
      : fail('unsupported', `${field}: this server keeps no ${dataset === undefined ? 'models' : 'datasets'}.`);
  }
  const reference = typeof input === 'string' ? soleReference(input, field) : undefined;
  if (reference?.path[0] === 'steps' && reference.path[2] === 'outputs') return artifactAt(run, reference.path, field);
  return valueArtifact(render(input, field, { lookup: lookupIn(run, none) })) as ArtifactRef;
}

function soleReference(text: string, field: string): Reference | undefined {
  if (!isTemplate(text)) return undefined;
  const parts = parseTemplate(text, field);
  return parts.length === 1 && typeof parts[0] === 'object' ? parts[0] : undefined;
}

function withInputs(
  deps: PrepareDeps,
  run: ActiveRun,
  { index, inputs }: { index: number; inputs: Artifacts },
): Prepared | Promise<Prepared> {
  const step = run.steps[index]!;
  if (step.when !== undefined && !holds(step.when, 'when', conditionScope(run, inputs))) return { kind: 'skip' };
  const work = toWork(run, index, { inputs });
  const cache = step.cache ?? run.spec.cache;
  if (cache?.mode !== 'content' && step.pool === undefined) return { kind: 'submit', work };
  return (async (): Promise<Prepared> => {
    if (cache?.mode === 'content') {
      const key = run.cacheKeys.get(index) ?? cacheKey(run, work, { cache, builtins: deps.builtins });
      run.cacheKeys.set(index, key);
      const found = await findCached(deps, { key, ttl: cache.ttl, runId: run.row.id, index });
      if (found.kind === 'hit') return { kind: 'cached', result: found.result };
      if (found.kind === 'computing') return { kind: 'wait', for: `run ${found.runId}, which computes the same` };
      run.flights.set(index, key);
    }
    const { pool } = step;
    if (pool !== undefined && !(await reserve(deps, run, { index, pool })))
      return { kind: 'wait', for: `pool ${pool}` };
    return { kind: 'submit', work };
  })();
}

/** Takes slots of a pool, counted over all servers: the step's state in the database is the reservation. */
async function reserve(deps: PrepareDeps, run: ActiveRun, at: { index: number; pool: string }): Promise<boolean> {
  const size =
    deps.pools[at.pool] ?? fail('invalid_input', `pool: there is no pool '${at.pool}'; see the setting 'pools'.`);
  const { slots } = run.steps[at.index]!;
  if (slots > size) fail('invalid_input', `slots: the pool '${at.pool}' has ${size}, the step wants ${slots}.`);
  return deps.database.transaction(async (tx) => {
    await deps.database.lock(tx, `pool:${at.pool}`);
    const store = createRunStore(tx);
    if ((await store.takenSlots(at.pool)) + slots > size) return false;
    await store.reserveNode(run.row.id, at.index);
    return true;
  });
}

function toWork(run: ActiveRun, index: number, { inputs }: { inputs: Artifacts }): Work {
  const { id: runId, pipeline } = run.row;
  const step = run.steps[index]!;
  const attempt = run.machine.nodes[index]!.attempts + 1;
  const externalId = `${runId}.${index}.${attempt}`;
  const stepName = run.machine.graph.nodes[index]!.name;
  const lookup = lookupIn(run, inputs);
  const own =
    step.params === undefined ? undefined : (render(step.params, 'params', { lookup }) as Record<string, unknown>);
  return {
    externalId,
    context: { actor: run.actor, pipeline, runId, stepName, attemptId: externalId },
    attempt,
    index,
    step,
    params: own ?? (step.kind === 'shell' || step.kind === 'typescript' ? run.params : {}),
    inputs,
    bundle: run.spec.bundle,
    lookup,
  };
}

/** The work of an attempt that an earlier server submitted, as far as following and judging it needs. */
export function workToAdopt(run: ActiveRun, index: number): Work {
  const work = toWork(
    { ...run, steps: run.steps.map((step, at) => (at === index ? { ...step, params: {} } : step)) },
    index,
    {
      inputs: none,
    },
  );
  const attempt = run.machine.nodes[index]!.attempts;
  const externalId = `${run.row.id}.${index}.${attempt}`;
  return { ...work, attempt, externalId, context: { ...work.context, attemptId: externalId } };
}

function conditionScope(run: ActiveRun, inputs: Artifacts) {
  const plain = (artifacts: Artifacts) =>
    Object.fromEntries(
      Object.entries(artifacts).map(([name, item]) => [name, item.kind === 'value' ? item.value : item]),
    );
  const steps: Record<string, unknown> = {};
  for (const [index, node] of run.machine.graph.nodes.entries()) {
    const result = run.results[index];
    const { state } = run.machine.nodes[index]!;
    if (result) steps[node.name] = { state, outputs: plain(result.outputs), metrics: result.metrics ?? {} };
  }
  return { params: run.params, steps, inputs: plain(inputs), trigger: run.trigger, run: runFacts(run) };
}
