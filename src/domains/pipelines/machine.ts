import type { Graph } from './graph.ts';
import { backOffMs } from './retry.ts';
import type { ErrorClass, RunStatus, StepState } from './run-schema.ts';
import type { RetrySpec } from './schema.ts';

/** One step of an active run, in memory. */
export interface MachineNode {
  readonly index: number;
  state: StepState;
  /** How many tries it had. */
  attempts: number;
  /** Tries that failed, by class. */
  spent: Record<ErrorClass, number>;
  readyAt: number | undefined;
  /** A retry waits until then. */
  notBeforeAt: number | undefined;
  startedAt: number | undefined;
  finishedAt: number | undefined;
  error: string | undefined;
  errorClass: ErrorClass | undefined;
}

/** The states of a run's steps and the rules by which they change. Pure: no clock, no I/O; the engine asks and writes down. */
export interface Machine {
  readonly graph: Graph;
  readonly nodes: readonly MachineNode[];
  /** Steps that may start, in order. */
  readonly ready: Set<number>;
  /** Steps whose state changed since the engine last wrote. */
  readonly changed: Set<number>;
  readonly pending: number[];
  /** Steps of which something they need has not come off. */
  readonly doomed: Set<number>;
  done: number;
  failed: number;
  cancelling: boolean;
}

const terminal: ReadonlySet<StepState> = new Set([
  'succeeded',
  'failed',
  'cached',
  'skipped',
  'cancelled',
  'upstream_failed',
]);

/** Whether a step in this state will never change again. */
export function isTerminal(state: StepState): boolean {
  return terminal.has(state);
}

/** Whether a step in this state has an attempt under way. */
export function isActive(state: StepState): boolean {
  return state === 'submitting' || state === 'running';
}

/** A step nothing has happened to yet. */
export function freshNode(index: number): MachineNode {
  return {
    index,
    state: 'blocked',
    attempts: 0,
    spent: { infra: 0, user: 0, timeout: 0, preempted: 0 },
    readyAt: undefined,
    notBeforeAt: undefined,
    startedAt: undefined,
    finishedAt: undefined,
    error: undefined,
    errorClass: undefined,
  };
}

/** A machine over fresh or stored steps; whatever can be concluded from the stored states is. */
export function createMachine(graph: Graph, nodes: readonly MachineNode[], now: number): Machine {
  const machine: Machine = {
    graph,
    nodes,
    ready: new Set(),
    changed: new Set(),
    pending: graph.nodes.map((node) => node.needs.filter((need) => !isSatisfied(nodes[need]!.state)).length),
    doomed: new Set(
      nodes.flatMap((node) =>
        isTerminal(node.state) && !isSatisfied(node.state) ? graph.nodes[node.index]!.dependents : [],
      ),
    ),
    done: nodes.filter((node) => isTerminal(node.state)).length,
    failed: nodes.filter((node) => node.state === 'failed').length,
    cancelling: false,
  };
  for (const node of nodes) {
    if (node.state === 'ready' || node.state === 'queued') machine.ready.add(node.index);
    else if (node.state === 'blocked') settle(machine, node.index, now);
  }
  return machine;
}

function isSatisfied(state: StepState): boolean {
  return state === 'succeeded' || state === 'cached' || state === 'skipped';
}

/** Moves a blocked step on when all it needs is over. */
function settle(machine: Machine, index: number, now: number): void {
  const node = machine.nodes[index]!;
  if (node.state !== 'blocked') return;
  if (machine.cancelling) end(machine, index, { state: 'cancelled', now });
  else if (machine.doomed.has(index)) end(machine, index, { state: 'upstream_failed', now });
  else if (machine.pending[index] === 0) {
    const { takes } = machine.graph.nodes[index]!;
    if (takes.some((need) => machine.nodes[need]!.state === 'skipped')) end(machine, index, { state: 'skipped', now });
    else {
      node.state = 'ready';
      node.readyAt = now;
      machine.ready.add(index);
      machine.changed.add(index);
    }
  }
}

/** Ends a step and moves on all that follow from it; a queue instead of recursion, since chains may be long. */
function end(machine: Machine, first: number, { state, now }: { state: StepState; now: number }): void {
  const node = machine.nodes[first]!;
  if (isTerminal(node.state)) return;
  node.state = state;
  node.finishedAt = now;
  node.notBeforeAt = undefined;
  machine.ready.delete(first);
  machine.changed.add(first);
  machine.done++;
  if (state === 'failed') machine.failed++;
  const satisfied = isSatisfied(state);
  for (const next of machine.graph.nodes[first]!.dependents) {
    if (!satisfied) machine.doomed.add(next);
    if (satisfied ? --machine.pending[next]! === 0 : true) settling.push({ machine, index: next, now });
  }
  drainSettling();
}

const settling: { machine: Machine; index: number; now: number }[] = [];
let draining = false;

function drainSettling(): void {
  if (draining) return;
  draining = true;
  try {
    for (let next = settling.pop(); next; next = settling.pop()) settle(next.machine, next.index, next.now);
  } finally {
    draining = false;
  }
}

/** Ends a step that needs no attempt: its condition is false, or an earlier result serves. */
export function conclude(machine: Machine, index: number, how: { state: 'skipped' | 'cached'; now: number }): void {
  end(machine, index, how);
}

/** Begins an attempt and gives its number. */
export function beginAttempt(machine: Machine, index: number, now: number): number {
  const node = machine.nodes[index]!;
  node.state = 'submitting';
  node.startedAt ??= now;
  node.error = undefined;
  node.errorClass = undefined;
  machine.ready.delete(index);
  machine.changed.add(index);
  return ++node.attempts;
}

/** Notes that the executor has it. */
export function noteRunning(machine: Machine, index: number): void {
  const node = machine.nodes[index]!;
  if (node.state !== 'submitting') return;
  node.state = 'running';
  machine.changed.add(index);
}

/** Notes that a step waits for a slot or for another run that computes the same. */
export function noteQueued(machine: Machine, index: number): void {
  const node = machine.nodes[index]!;
  if (node.state !== 'ready') return;
  node.state = 'queued';
  machine.ready.delete(index);
  machine.changed.add(index);
}

/** Puts a queued step back among those that may start. */
export function noteReady(machine: Machine, index: number): void {
  const node = machine.nodes[index]!;
  if (node.state !== 'queued' && node.state !== 'ready') return;
  node.state = 'ready';
  machine.ready.add(index);
  machine.changed.add(index);
}

/** Ends an attempt, and the step, well. */
export function succeed(machine: Machine, index: number, now: number): void {
  if (isActive(machine.nodes[index]!.state)) end(machine, index, { state: 'succeeded', now });
}

/** What went wrong with an attempt, or with a step before it had one. */
export interface Failure {
  errorClass: ErrorClass;
  error: string;
  /** No further try, whatever the budget: past the deadline, waited too long. */
  final?: boolean;
}

/** Ends an attempt badly: the step is tried again later when its budget for that class allows, else it has failed. */
export function failAttempt(
  machine: Machine,
  index: number,
  how: { failure: Failure; retries: RetrySpec; now: number },
): void {
  const node = machine.nodes[index]!;
  if (isTerminal(node.state)) return;
  const { failure, retries, now } = how;
  node.error = failure.error;
  node.errorClass = failure.errorClass;
  const spent = ++node.spent[failure.errorClass];
  if (machine.cancelling || failure.final || spent > retries[failure.errorClass]) {
    end(machine, index, { state: machine.cancelling ? 'cancelled' : 'failed', now });
    return;
  }
  const all = Object.values(node.spent).reduce((sum, count) => sum + count, 0);
  node.state = 'ready';
  node.notBeforeAt = now + backOffMs(retries, all);
  machine.ready.add(index);
  machine.changed.add(index);
}

/** Cancels every step that is not under way, and gives those that are: the executor must stop them. */
export function cancelAll(machine: Machine, now: number): number[] {
  machine.cancelling = true;
  const active: number[] = [];
  for (const node of machine.nodes) {
    if (isActive(node.state)) active.push(node.index);
    else if (!isTerminal(node.state)) end(machine, node.index, { state: 'cancelled', now });
  }
  return active;
}

/** Ends a step whose attempt was stopped because the run was cancelled. */
export function noteCancelled(machine: Machine, index: number, now: number): void {
  end(machine, index, { state: 'cancelled', now });
}

/** How the run stands: `running` until every step is over. */
export function statusOf(machine: Machine): Extract<RunStatus, 'running' | 'succeeded' | 'failed' | 'cancelled'> {
  if (machine.done < machine.nodes.length) return 'running';
  if (machine.cancelling && machine.nodes.some((node) => node.state === 'cancelled')) return 'cancelled';
  return machine.failed > 0 ? 'failed' : 'succeeded';
}
