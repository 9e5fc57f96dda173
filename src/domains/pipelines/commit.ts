import type { Database, Queries } from '../../database/database.ts';
import { systemActor } from '../../kernel/actor.ts';
import type { Clock } from '../../kernel/clock.ts';
import { messageOf } from '../../kernel/errors.ts';
import type { Ledger } from '../../ledger/index.ts';
import { type ActiveAttempt, type ActiveRun, artifactAt, toNodeRow } from './active-run.ts';
import type { Artifacts } from './artifact.ts';
import { createCacheStore } from './cache-store.ts';
import { isTerminal, statusOf } from './machine.ts';
import { type AttemptRow, createRunStore, type NodeRow } from './run-store.ts';
import { parseTemplate } from './template.ts';

/** An attempt that is started once its intent is stored. */
export interface Launch {
  run: ActiveRun;
  attempt: ActiveAttempt;
}

/** What one turn has to write for one run. */
export interface RunBatch {
  run: ActiveRun;
  nodes: NodeRow[];
  attempts: AttemptRow[];
  /** Flights that landed, by step. */
  landed: { key: string; run_id: string; idx: number }[];
  over: RunEnd | undefined;
}

interface RunEnd {
  status: 'succeeded' | 'failed' | 'cancelled';
  outputs: Artifacts;
  error: string | undefined;
  at: number;
}

/** Takes what changed in a run since the last turn; nothing when nothing did. */
export function snapshot(run: ActiveRun, now: number): RunBatch | undefined {
  const { machine } = run;
  const over = run.attempts.size === 0 && run.preparing.size === 0 ? endOf(run, now) : undefined;
  if (machine.changed.size === 0 && run.changedAttempts.size === 0 && !over) return undefined;
  const changed = [...machine.changed];
  machine.changed.clear();
  const attempts = [...run.changedAttempts];
  run.changedAttempts.clear();
  const landed: RunBatch['landed'] = [];
  for (const index of changed) {
    const key = run.flights.get(index);
    if (key === undefined || !isTerminal(machine.nodes[index]!.state)) continue;
    run.flights.delete(index);
    landed.push({ key, run_id: run.row.id, idx: index });
  }
  return { run, nodes: changed.map((index) => toNodeRow(run, index)), attempts, landed, over };
}

/** Marks a batch as unwritten again. */
function putBack(batch: RunBatch): void {
  for (const node of batch.nodes) batch.run.machine.changed.add(node.idx);
  for (const attempt of batch.attempts) batch.run.changedAttempts.add(attempt);
  for (const flight of batch.landed) batch.run.flights.set(flight.idx, flight.key);
}

function endOf(run: ActiveRun, now: number): RunEnd | undefined {
  let status = statusOf(run.machine);
  if (status === 'running') return undefined;
  const outputs: Artifacts = {};
  let error: string | undefined;
  if (run.pastDeadline && status === 'cancelled') {
    status = 'failed';
    error = 'The run did not finish before its deadline.';
  }
  if (status === 'failed') error ??= firstError(run);
  if (status === 'succeeded') {
    try {
      for (const [name, text] of Object.entries(run.spec.outputs)) {
        const reference = parseTemplate(text, `outputs.${name}`)[0] as { path: readonly string[] };
        const step = run.machine.graph.indexOf.get(reference.path[1]!)!;
        if (run.machine.nodes[step]!.state !== 'skipped') {
          outputs[name] = artifactAt(run, reference.path, `outputs.${name}`);
        }
      }
    } catch (thrown) {
      status = 'failed';
      error = messageOf(thrown);
    }
  }
  return { status, outputs, error, at: now };
}

function firstError(run: ActiveRun): string {
  const failed = run.machine.nodes.filter((node) => node.state === 'failed');
  const first = failed[0]!;
  const more = failed.length > 1 ? ` (and ${failed.length - 1} more failed)` : '';
  return `Step '${run.machine.graph.nodes[first.index]!.name}' failed${more}: ${first.error ?? 'no reason given'}`;
}

interface CommitDeps {
  database: Database;
  ledger: Ledger;
  clock: Clock;
  leaseMs: number;
}

/** Writes a turn's changes of all runs in one transaction; gives the runs that another server drives by now. */
export async function commitBatch(deps: CommitDeps, batch: readonly RunBatch[]): Promise<ActiveRun[]> {
  if (batch.length === 0) return [];
  try {
    return await deps.database.transaction(async (tx) => {
      const store = createRunStore(tx);
      const held: RunBatch[] = [];
      const lost: ActiveRun[] = [];
      for (const entry of batch) {
        const { id, fence } = entry.run.row;
        const change = entry.over ? endChange(entry.over) : { lease_until: deps.clock.now() + deps.leaseMs };
        const ours = await store.advance({ id, fence }, { ...change, done_steps: entry.run.machine.done });
        if (ours) held.push(entry);
        else lost.push(entry.run);
      }
      await store.putNodes(held.flatMap((entry) => entry.nodes));
      await store.putAttempts(held.flatMap((entry) => entry.attempts));
      for (const entry of held) await writeFacts(deps, tx, entry);
      return lost;
    });
  } catch (error) {
    for (const entry of batch) putBack(entry);
    throw error;
  }
}

function endChange(over: RunEnd) {
  return {
    status: over.status,
    outputs: JSON.stringify(over.outputs),
    error: over.error ?? null,
    finished_at: over.at,
    lease_until: 0,
  };
}

/** What others will ask about: results for the cache, failed steps, the end of the run. */
async function writeFacts({ ledger, clock }: CommitDeps, tx: Queries, entry: RunBatch): Promise<void> {
  const { run, over } = entry;
  const { id: runId, pipeline, version, started_at, created_at } = run.row;
  if (entry.landed.length > 0) {
    const cache = createCacheStore(tx);
    for (const { key, idx } of entry.landed) {
      const node = entry.nodes.find((row) => row.idx === idx)!;
      if (node.state !== 'succeeded') continue;
      const { outputs, metrics, name } = node;
      await cache.putResult({
        key,
        outputs: outputs ?? '{}',
        metrics,
        run_id: runId,
        step: name,
        created_at: clock.now(),
      });
    }
    await cache.endFlights(entry.landed);
  }
  for (const node of entry.nodes) {
    if (node.state !== 'failed') continue;
    await ledger.append(tx, {
      type: 'pipeline-step.failed',
      actor: systemActor,
      subject: { kind: 'pipeline-run', id: runId, name: pipeline },
      data: {
        pipeline,
        runId,
        step: node.name,
        attempts: node.attempts,
        errorClass: node.error_class ?? 'infra',
        error: (node.error ?? '').slice(0, 4000),
      },
    });
  }
  if (!over) return;
  await ledger.append(tx, {
    type: 'pipeline-run.finished',
    actor: systemActor,
    subject: { kind: 'pipeline-run', id: runId, name: pipeline },
    data: {
      pipeline,
      version,
      trigger: run.trigger,
      status: over.status,
      outputs: over.outputs,
      ...(over.error !== undefined && { error: over.error.slice(0, 4000) }),
      durationMs: over.at - (started_at ?? created_at),
    },
  });
}
