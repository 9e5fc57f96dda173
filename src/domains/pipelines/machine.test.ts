import { describe, expect, test } from 'vitest';
import { buildGraph, type Graph } from './graph.ts';
import {
  beginAttempt,
  cancelAll,
  conclude,
  createMachine,
  failAttempt,
  freshNode,
  isActive,
  isTerminal,
  type Machine,
  noteCancelled,
  noteQueued,
  noteReady,
  noteRunning,
  statusOf,
  succeed,
} from './machine.ts';
import { defaultRetries } from './retry.ts';

/** mulberry32: a small seeded generator. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

function randomGraph(next: () => number): Graph {
  const size = 1 + Math.floor(next() * 25);
  const density = next() * 0.4;
  return buildGraph(
    Array.from({ length: size }, (_, index) => ({
      name: `s${index}`,
      needs: Array.from({ length: index }, (_, need) => need)
        .filter(() => next() < density)
        .map((need) => ({ step: `s${need}`, field: 'needs', takes: next() < 0.5 })),
    })),
  );
}

const retries = { ...defaultRetries, infra: 2, user: 1, timeout: 1, preempted: 1 };
const classes = ['infra', 'user', 'timeout', 'preempted'] as const;

/** One random thing that may happen to a run; true when something could. */
function act(machine: Machine, next: () => number, now: number): boolean {
  const active = machine.nodes.filter((node) => isActive(node.state));
  const queued = machine.nodes.filter((node) => node.state === 'queued');
  const ready = [...machine.ready];
  const pick = <T>(list: readonly T[]): T => list[Math.floor(next() * list.length)]!;
  if (next() < 0.01 && !machine.cancelling) cancelAll(machine, now);
  else if (ready.length > 0 && (next() < 0.5 || active.length + queued.length === 0)) {
    const index = pick(ready);
    for (const need of machine.graph.nodes[index]!.needs) {
      expect(['succeeded', 'cached', 'skipped']).toContain(machine.nodes[need]!.state);
    }
    const dice = next();
    if (dice < 0.1) conclude(machine, index, { state: 'skipped', now });
    else if (dice < 0.2) conclude(machine, index, { state: 'cached', now });
    else if (dice < 0.4) noteQueued(machine, index);
    else beginAttempt(machine, index, now);
  } else if (queued.length > 0 && next() < 0.5) noteReady(machine, pick(queued).index);
  else if (active.length > 0) {
    const { index } = pick(active);
    const dice = next();
    if (dice < 0.2) noteRunning(machine, index);
    else if (dice < 0.7 || machine.cancelling) {
      if (machine.cancelling) noteCancelled(machine, index, now);
      else succeed(machine, index, now);
    } else failAttempt(machine, index, { failure: { errorClass: pick(classes), error: 'broken' }, retries, now });
  } else return queued.length > 0;
  return true;
}

function checkOver(machine: Machine): void {
  expect(machine.nodes.every((node) => isTerminal(node.state))).toBe(true);
  expect(machine.done).toBe(machine.nodes.length);
  expect(machine.ready.size).toBe(0);
  for (const node of machine.nodes) {
    const needs = machine.graph.nodes[node.index]!.needs.map((need) => machine.nodes[need]!.state);
    const broken = needs.some((state) => ['failed', 'upstream_failed', 'cancelled'].includes(state));
    if (node.state === 'upstream_failed') expect(broken).toBe(true);
    if (['succeeded', 'failed', 'cached'].includes(node.state)) expect(broken).toBe(false);
    for (const name of classes) expect(node.spent[name]).toBeLessThanOrEqual(retries[name] + 1);
    if (node.state === 'failed') expect(classes.some((name) => node.spent[name] > retries[name])).toBe(true);
  }
  const failed = machine.nodes.some((node) => node.state === 'failed');
  const cancelled = machine.nodes.some((node) => node.state === 'cancelled');
  expect(statusOf(machine)).toBe(cancelled ? 'cancelled' : failed ? 'failed' : 'succeeded');
}

describe('the run-state machine', () => {
  test('ends whatever happens, and never starts a step before what it needs (500 random runs)', () => {
    for (let seed = 1; seed <= 500; seed++) {
      const next = random(seed);
      const graph = randomGraph(next);
      let machine = createMachine(
        graph,
        graph.nodes.map((_, index) => freshNode(index)),
        0,
      );
      let steps = 0;
      while (statusOf(machine) === 'running') {
        expect(++steps).toBeLessThan(5000);
        act(machine, next, steps);
        if (next() < 0.02) machine = afterRestart(machine, steps);
      }
      checkOver(machine);
    }
  });

  test('a chain of 20,000 steps behind a failure ends without recursion', () => {
    const graph = buildGraph(
      Array.from({ length: 20_000 }, (_, index) => ({
        name: `s${index}`,
        needs: index === 0 ? [] : [{ step: `s${index - 1}`, field: 'needs', takes: false }],
      })),
    );
    const machine = createMachine(
      graph,
      graph.nodes.map((_, index) => freshNode(index)),
      0,
    );
    beginAttempt(machine, 0, 1);
    failAttempt(machine, 0, { failure: { errorClass: 'user', error: 'broken' }, retries: defaultRetries, now: 2 });
    expect(statusOf(machine)).toBe('failed');
    expect(machine.nodes.at(-1)!.state).toBe('upstream_failed');
  });
});

/** What another server sees: the stored states; attempts under way are lost to it. */
function afterRestart(before: Machine, now: number): Machine {
  const machine = createMachine(
    before.graph,
    before.nodes.map((node) => ({ ...node, spent: { ...node.spent } })),
    now,
  );
  if (before.cancelling) for (const index of cancelAll(machine, now)) noteCancelled(machine, index, now);
  for (const node of machine.nodes) {
    if (isActive(node.state)) {
      failAttempt(machine, node.index, { failure: { errorClass: 'infra', error: 'lost' }, retries, now });
    }
  }
  return machine;
}
