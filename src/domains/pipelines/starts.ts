import type { Database, Queries } from '../../database/database.ts';
import type { Actor } from '../../kernel/actor.ts';
import type { Clock } from '../../kernel/clock.ts';
import { newId } from '../../kernel/ids.ts';
import type { Ledger } from '../../ledger/index.ts';
import { graphOf } from './document.ts';
import { resolveParams } from './params.ts';
import type { RunStatus, RunTrigger } from './run-schema.ts';
import { createRunStore, type NodeRow, type RunRow } from './run-store.ts';
import type { PipelineSpec } from './schema.ts';

/** What starting runs needs. */
export interface StartDeps {
  database: Database;
  ledger: Ledger;
  clock: Clock;
}

/** A run to be made. */
export interface NewRun {
  actor: Actor;
  pipeline: string;
  version: string;
  spec: PipelineSpec;
  params: Record<string, unknown>;
  trigger: RunTrigger;
  /** What to do while an earlier run of the same schedule is active. */
  overlap?: { schedule: string; policy: 'skip' | 'queue' | 'cancel-previous' | 'allow' };
  /** Results of an earlier run that this one takes over, by step. */
  reuse?: { parent: RunRow; nodes: ReadonlyMap<string, NodeRow> };
}

/** A run that was made, and the earlier ones that must be cancelled for it. */
export interface MadeRun {
  run: RunRow;
  cancel: string[];
}

/** Makes a run with its steps inside a transaction: running at once, waiting, or skipped, as concurrency and overlap say. */
export async function makeRun(deps: StartDeps, tx: Queries, want: NewRun): Promise<MadeRun> {
  const { database, clock } = deps;
  const params = resolveParams(want.spec.params, want.params);
  await database.lock(tx, `pipeline:${want.pipeline}`);
  const store = createRunStore(tx);
  const active = await store.activeRuns(want.pipeline);
  const admission = admit(want, active);
  const now = clock.now();
  const id = newId(now);
  const graph = graphOf(want.spec);
  const run: RunRow = {
    id,
    pipeline: want.pipeline,
    version: want.version,
    status: admission.status,
    params: JSON.stringify(params),
    trigger: JSON.stringify(want.trigger),
    actor: JSON.stringify(want.actor),
    lineage: want.reuse?.parent.lineage ?? id,
    parent: want.reuse?.parent.id ?? null,
    schedule: want.overlap?.schedule ?? null,
    waits_for: admission.status === 'queued' ? admission.waitsFor : null,
    outputs: null,
    error: admission.status === 'skipped' ? admission.reason : null,
    steps: graph.nodes.length,
    done_steps: want.reuse?.nodes.size ?? 0,
    created_at: now,
    started_at: admission.status === 'running' ? now : null,
    finished_at: admission.status === 'skipped' ? now : null,
    cancel_requested: 0,
    lease_owner: '',
    lease_until: 0,
    fence: 0,
  };
  await store.insertRun(run);
  if (admission.status !== 'skipped') {
    const { nodes } = graph;
    await store.putNodes(nodes.map((node, idx) => newNode(want, { id, idx, name: node.name, now })));
  }
  await tell(deps, tx, { run, want, reason: admission.reason });
  for (const earlier of admission.cancel) await cancelRun(deps, tx, { run: earlier, actor: want.actor });
  return { run, cancel: admission.cancel.map((earlier) => earlier.id) };
}

interface Admission {
  status: Extract<RunStatus, 'running' | 'queued' | 'skipped'>;
  waitsFor: 'pipeline' | 'schedule';
  reason: string;
  cancel: RunRow[];
}

function admit(want: NewRun, active: readonly RunRow[]): Admission {
  const admission: Admission = { status: 'running', waitsFor: 'pipeline', reason: '', cancel: [] };
  const { overlap } = want;
  const { concurrency } = want.spec;
  const ofSchedule = overlap ? active.filter((run) => run.schedule === overlap.schedule) : [];
  if (overlap && ofSchedule.length > 0 && overlap.policy !== 'allow') {
    if (overlap.policy === 'skip') {
      return {
        ...admission,
        status: 'skipped',
        reason: `An earlier run of the schedule '${overlap.schedule}' is active.`,
      };
    }
    admission.status = 'queued';
    admission.waitsFor = 'schedule';
    if (overlap.policy === 'cancel-previous') admission.cancel = ofSchedule;
  }
  if (concurrency && active.length >= concurrency.max) {
    if (concurrency.policy === 'skip') {
      const reason = `${active.length} of at most ${concurrency.max} runs of the pipeline are active.`;
      return { ...admission, status: 'skipped', reason, cancel: [] };
    }
    admission.status = 'queued';
    if (concurrency.policy === 'cancel-previous') {
      const earlier = active.slice(0, active.length - concurrency.max + 1);
      admission.cancel = [...new Set([...admission.cancel, ...earlier])];
    }
  }
  return admission;
}

function newNode(want: NewRun, at: { id: string; idx: number; name: string; now: number }): NodeRow {
  const step = want.spec.steps[at.name]!;
  const reused = want.reuse?.nodes.get(at.name);
  return {
    run_id: at.id,
    idx: at.idx,
    name: at.name,
    state: reused ? 'cached' : 'blocked',
    attempts: 0,
    spent: null,
    ready_at: null,
    not_before_at: null,
    started_at: null,
    finished_at: reused ? at.now : null,
    outputs: reused?.outputs ?? null,
    metrics: reused?.metrics ?? null,
    error: null,
    error_class: null,
    waiting: null,
    cache_key: reused?.cache_key ?? null,
    from_run: reused ? (reused.from_run ?? want.reuse!.parent.id) : null,
    pool: step.pool ?? null,
    slots: step.slots,
  };
}

async function tell(
  deps: StartDeps,
  tx: Queries,
  { run, want, reason }: { run: RunRow; want: NewRun; reason: string },
) {
  const subject = { kind: 'pipeline-run', id: run.id, name: run.pipeline };
  const { actor, trigger } = want;
  const facts = { pipeline: run.pipeline, version: run.version, trigger, ...(run.parent && { parent: run.parent }) };
  if (run.status === 'skipped') {
    await deps.ledger.append(tx, { type: 'pipeline-run.skipped', actor, subject, data: { ...facts, reason } });
  } else {
    const type = run.status === 'running' ? 'pipeline-run.started' : 'pipeline-run.queued';
    await deps.ledger.append(tx, { type, actor, subject, data: facts });
  }
}

/** Cancels a run inside a transaction: one that waits is over at once; one under way is told, and its driver stops it. */
export async function cancelRun(
  deps: StartDeps,
  tx: Queries,
  { run, actor }: { run: RunRow; actor: Actor },
): Promise<void> {
  const store = createRunStore(tx);
  const subject = { kind: 'pipeline-run', id: run.id, name: run.pipeline };
  const now = deps.clock.now();
  await store.requestCancel(run.id);
  await deps.ledger.append(tx, {
    type: 'pipeline-run.cancel.requested',
    actor,
    subject,
    data: { pipeline: run.pipeline },
  });
  if (run.status !== 'queued' || !(await store.leaveQueue(run.id, 'cancelled', now))) return;
  await store.cancelNodes(run.id, now);
  await deps.ledger.append(tx, {
    type: 'pipeline-run.finished',
    actor,
    subject,
    data: {
      pipeline: run.pipeline,
      version: run.version,
      trigger: JSON.parse(run.trigger) as Record<string, unknown>,
      status: 'cancelled',
      outputs: {},
      durationMs: now - run.created_at,
    },
  });
}

/** Lets runs of a pipeline that wait begin, oldest first, as far as its rules allow; gives those that may. */
export async function promoteRuns(deps: StartDeps, pipeline: string, max: number): Promise<RunRow[]> {
  return deps.database.transaction(async (tx) => {
    await deps.database.lock(tx, `pipeline:${pipeline}`);
    const store = createRunStore(tx);
    const active = await store.activeRuns(pipeline);
    const running = active.filter((run) => run.status === 'running');
    const begun: RunRow[] = [];
    for (const run of active) {
      if (run.status !== 'queued' || running.length >= max) continue;
      if (run.waits_for === 'schedule' && running.some((other) => other.schedule === run.schedule)) continue;
      const now = deps.clock.now();
      if (!(await store.leaveQueue(run.id, 'running', now))) continue;
      const trigger = JSON.parse(run.trigger) as RunTrigger;
      await deps.ledger.append(tx, {
        type: 'pipeline-run.started',
        actor: JSON.parse(run.actor) as Actor,
        subject: { kind: 'pipeline-run', id: run.id, name: pipeline },
        data: { pipeline, version: run.version, trigger },
      });
      running.push(run);
      begun.push(run);
    }
    return begun;
  });
}
