import type { Actor } from '../../kernel/actor.ts';
import { fail } from '../../kernel/errors.ts';
import type { ArtifactRef, Artifacts } from './artifact.ts';
import { graphOf } from './document.ts';
import type { Execution, Work } from './executor.ts';
import { createMachine, freshNode, type Machine, type MachineNode } from './machine.ts';
import { defaultRetries } from './retry.ts';
import type { ErrorClass, RunTrigger, StepState } from './run-schema.ts';
import type { AttemptRow, NodeRow, RunRow } from './run-store.ts';
import { PipelineSpec, type RetrySpec, type StepSpec } from './schema.ts';
import { type Lookup, readPath } from './template.ts';
import { valueArtifact } from './transfer.ts';

/** What a step gave. */
export interface StepResult {
  outputs: Artifacts;
  metrics?: Record<string, number> | undefined;
  /** The run it was computed in, when not this one. */
  fromRun?: string | undefined;
}

/** A try of a step that this server drives. */
export interface ActiveAttempt {
  row: AttemptRow;
  work: Work;
  execution: Execution | undefined;
  alarm: { clear(): void } | undefined;
  pastDeadline: boolean;
}

/** A run this server drives, in memory. */
export interface ActiveRun {
  row: RunRow;
  spec: PipelineSpec;
  steps: readonly StepSpec[];
  /** Whether any step has time limits. */
  hasLimits: boolean;
  machine: Machine;
  actor: Actor;
  params: Record<string, unknown>;
  trigger: RunTrigger;
  results: (StepResult | undefined)[];
  cacheKeys: Map<number, string>;
  /** Keys this run computes, by step. */
  flights: Map<number, string>;
  /** What queued steps wait for. */
  waiting: Map<number, string>;
  attempts: Map<number, ActiveAttempt>;
  changedAttempts: Set<AttemptRow>;
  preparing: Set<number>;
  /** The run as a whole went over its deadline. */
  pastDeadline: boolean;
  /** Another server took it over. */
  lost: boolean;
  alarm: { clear(): void } | undefined;
}

/** Builds a run from what is stored. */
export function toActiveRun(stored: { row: RunRow; spec: string; nodes: readonly NodeRow[] }, now: number): ActiveRun {
  const { row, nodes } = stored;
  const spec = PipelineSpec.parse(JSON.parse(stored.spec));
  const graph = graphOf(spec);
  const machineNodes = graph.nodes.map((node, index) => toMachineNode(nodes[index], { index, name: node.name }));
  return {
    row,
    spec,
    steps: graph.nodes.map((node) => spec.steps[node.name]!),
    hasLimits: spec.timeouts !== undefined || Object.values(spec.steps).some((step) => step.timeouts !== undefined),
    machine: createMachine(graph, machineNodes, now),
    actor: JSON.parse(row.actor) as Actor,
    params: JSON.parse(row.params) as Record<string, unknown>,
    trigger: JSON.parse(row.trigger) as RunTrigger,
    results: graph.nodes.map((_, index) => toResult(nodes[index])),
    cacheKeys: new Map(nodes.flatMap((node) => (node.cache_key ? [[node.idx, node.cache_key]] : []))),
    flights: new Map(),
    waiting: new Map(),
    attempts: new Map(),
    changedAttempts: new Set(),
    preparing: new Set(),
    pastDeadline: false,
    lost: false,
    alarm: undefined,
  };
}

function toMachineNode(row: NodeRow | undefined, at: { index: number; name: string }): MachineNode {
  const node = freshNode(at.index);
  if (!row) return node;
  if (row.name !== at.name) fail('internal', `Step ${at.index} of the run is '${row.name}', not '${at.name}'.`);
  node.state = row.state as StepState;
  node.attempts = row.attempts;
  if (row.spent) node.spent = JSON.parse(row.spent) as Record<ErrorClass, number>;
  node.readyAt = row.ready_at ?? undefined;
  node.notBeforeAt = row.not_before_at ?? undefined;
  node.startedAt = row.started_at ?? undefined;
  node.finishedAt = row.finished_at ?? undefined;
  node.error = row.error ?? undefined;
  node.errorClass = (row.error_class as ErrorClass | null) ?? undefined;
  return node;
}

function toResult(row: NodeRow | undefined): StepResult | undefined {
  if (!row?.outputs) return undefined;
  return {
    outputs: JSON.parse(row.outputs) as Artifacts,
    metrics: row.metrics ? (JSON.parse(row.metrics) as Record<string, number>) : undefined,
    fromRun: row.from_run ?? undefined,
  };
}

/** A step's row as it stands now. */
export function toNodeRow(run: ActiveRun, index: number): NodeRow {
  const node = run.machine.nodes[index]!;
  const step = run.steps[index]!;
  const result = run.results[index];
  const failed = node.spent.infra + node.spent.user + node.spent.timeout + node.spent.preempted;
  return {
    run_id: run.row.id,
    idx: index,
    name: run.machine.graph.nodes[index]!.name,
    state: node.state,
    attempts: node.attempts,
    spent: failed > 0 ? JSON.stringify(node.spent) : null,
    ready_at: node.readyAt ?? null,
    not_before_at: node.notBeforeAt ?? null,
    started_at: node.startedAt ?? null,
    finished_at: node.finishedAt ?? null,
    outputs: result ? JSON.stringify(result.outputs) : null,
    metrics: result?.metrics ? JSON.stringify(result.metrics) : null,
    error: node.error ?? null,
    error_class: node.errorClass ?? null,
    waiting: node.state === 'queued' ? (run.waiting.get(index) ?? null) : null,
    cache_key: run.cacheKeys.get(index) ?? null,
    from_run: result?.fromRun ?? null,
    pool: step.pool ?? null,
    slots: step.slots,
  };
}

/** A step's retry rules: its own, the pipeline's, or ours. */
export function retriesOf(run: ActiveRun, index: number): RetrySpec {
  return run.steps[index]!.retries ?? run.spec.retries ?? defaultRetries;
}

/** A step's time limits, its own before the pipeline's. */
export function timeoutsOf(run: ActiveRun, index: number) {
  return { ...run.spec.timeouts, ...run.steps[index]!.timeouts };
}

/** What `{{ … }}` stands for in a run, seen from one step; `inputs` are that step's. */
export function lookupIn(run: ActiveRun, inputs: Artifacts): Lookup {
  return (reference, field) => {
    const [head, name = '', ...rest] = reference.path;
    const at = { reference, field };
    switch (head) {
      case 'params':
        return Object.hasOwn(run.params, name) ? readPath(run.params[name], rest, at) : null;
      case 'inputs':
        return readArtifact(inputs[name], rest, at);
      case 'run':
        return readPath(runFacts(run), reference.path.slice(1), at);
      case 'trigger':
        return readPath(run.trigger, reference.path.slice(1), at);
      case 'steps': {
        const index = run.machine.graph.indexOf.get(name) ?? fail('internal', `There is no step '${name}'.`);
        const [part, output = '', ...deeper] = rest;
        const result = run.results[index];
        if (part === 'metrics') return readPath(result?.metrics ?? {}, [output, ...deeper], at);
        return readArtifact(result?.outputs[output], deeper, at);
      }
      default:
        return fail('invalid_input', `${field}: '{{ ${reference.text} }}' is not known here.`, { field });
    }
  };
}

/** What steps may know of their run. */
export function runFacts(run: ActiveRun): Record<string, unknown> {
  const { id, pipeline, lineage, created_at } = run.row;
  const createdAt = new Date(created_at).toISOString();
  return { id, pipeline, lineage, createdAt, fireAt: run.trigger.fireAt ?? createdAt };
}

function readArtifact(
  artifact: ArtifactRef | undefined,
  rest: readonly string[],
  at: Parameters<typeof readPath>[2],
): unknown {
  if (!artifact) {
    const { reference, field } = at;
    return fail('invalid_input', `${field}: '{{ ${reference.text} }}' was not given.`, {
      field,
      value: reference.text,
    });
  }
  if (artifact.kind === 'value') return readPath(artifact.value, rest, at);
  return rest.length > 0 ? readPath(artifact, rest, at) : artifact.id;
}

/** A step's output as an artifact, for another step's input or the run's outputs. */
export function artifactAt(run: ActiveRun, path: readonly string[], field: string): ArtifactRef {
  const [, step = '', , output = '', ...rest] = path;
  const text = path.join('.');
  const found = run.results[run.machine.graph.indexOf.get(step) ?? -1]?.outputs[output];
  if (!found) {
    const given =
      Object.keys(run.results[run.machine.graph.indexOf.get(step) ?? -1]?.outputs ?? {}).join(', ') || 'none';
    return fail('invalid_input', `${field}: the step '${step}' gave no output '${output}' (it gave: ${given}).`, {
      field,
    });
  }
  if (rest.length === 0) return found;
  return valueArtifact(readArtifact(found, rest, { reference: { path, text }, field }));
}
