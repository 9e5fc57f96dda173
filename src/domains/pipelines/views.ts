import { isoTime } from '../../kernel/clock.ts';
import type { Artifacts } from './artifact.ts';
import type { Graph } from './graph.ts';
import type {
  ErrorClass,
  PipelineRun,
  PipelineRunStep,
  RunStatus,
  RunTrigger,
  StepAttempt,
  StepState,
} from './run-schema.ts';
import type { AttemptRow, NodeRow, RunRow } from './run-store.ts';
import type { PipelineSpec } from './schema.ts';

/** A run as users see it. */
export function toRun(row: RunRow): PipelineRun {
  const { id, kind, name } = JSON.parse(row.actor) as { id: string; kind: string; name: string };
  return {
    id: row.id,
    pipeline: row.pipeline,
    version: row.version,
    status: row.status as RunStatus,
    params: JSON.parse(row.params) as Record<string, unknown>,
    trigger: JSON.parse(row.trigger) as RunTrigger,
    actor: { id, kind, name },
    lineage: row.lineage,
    ...(row.parent !== null && { parent: row.parent }),
    ...(row.outputs !== null && { outputs: JSON.parse(row.outputs) as Artifacts }),
    ...(row.error !== null && { error: row.error }),
    steps: row.steps,
    doneSteps: row.done_steps,
    createdAt: isoTime(row.created_at),
    ...times({ startedAt: row.started_at, finishedAt: row.finished_at }),
  };
}

/** A step of a run as users see it. */
export function toStep(row: NodeRow, spec: PipelineSpec, graph: Graph): PipelineRunStep {
  const node = graph.nodes[row.idx]!;
  return {
    name: row.name,
    kind: spec.steps[row.name]!.kind,
    state: row.state as StepState,
    needs: node.needs.map((need) => graph.nodes[need]!.name),
    attempts: row.attempts,
    ...(row.outputs !== null && { outputs: JSON.parse(row.outputs) as Artifacts }),
    ...(row.metrics !== null && { metrics: JSON.parse(row.metrics) as Record<string, number> }),
    ...(row.error !== null && { error: row.error }),
    ...(row.error_class !== null && { errorClass: row.error_class as ErrorClass }),
    ...(row.waiting !== null && { waiting: row.waiting }),
    ...(row.cache_key !== null && { cacheKey: row.cache_key }),
    ...(row.from_run !== null && { fromRun: row.from_run }),
    ...times({ readyAt: row.ready_at, startedAt: row.started_at, finishedAt: row.finished_at }),
  };
}

/** A try of a step as users see it. */
export function toAttempt(row: AttemptRow): StepAttempt {
  return {
    n: row.n,
    state: row.state as StepAttempt['state'],
    executor: row.executor,
    externalId: row.external_id,
    ...times({ startedAt: row.started_at, finishedAt: row.finished_at }),
    ...(row.exit !== null && { exit: row.exit }),
    ...(row.error_class !== null && { errorClass: row.error_class as ErrorClass }),
    ...(row.error !== null && { error: row.error }),
    logBytes: row.log_offset,
  };
}

function times<K extends string>(given: Record<K, number | null>): { [key in K]?: string } {
  const told: { [key in K]?: string } = {};
  for (const key of Object.keys(given) as K[]) if (given[key] !== null) told[key] = isoTime(given[key]);
  return told;
}
