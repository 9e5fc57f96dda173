import type { Actor } from '../../kernel/actor.ts';
import { fail, notFound } from '../../kernel/errors.ts';
import { digestOf } from '../../kernel/hash.ts';
import { newId } from '../../kernel/ids.ts';
import { nameSchema } from '../../kernel/names.ts';
import { createAlertStore } from './alert-store.ts';
import { type Evaluating, evaluateClosed, readWatermark } from './evaluate.ts';
import type { Monitors } from './faces.ts';
import { checkMetric } from './measure.ts';
import { dedupeKey, resolveAlert } from './move-alert.ts';
import { readSpec } from './read-spec.ts';
import { restate } from './restate.ts';
import { createRunStore } from './run-store.ts';
import { type Monitor, MonitorSpec } from './schema.ts';
import { createMonitorStore, type MonitorState, type Watermark } from './store.ts';

/** The verbs of monitors. */
export function createMonitors(parts: Evaluating): Monitors {
  const { database } = parts;
  const store = () => createMonitorStore(database.query);
  const find = async (name: string) => (await store().byName(name)) ?? notFound('monitor', name);
  return {
    declare: (actor, name, spec) => declareMonitor(parts, actor, { name, spec }),
    undeclare: async (actor, name) => undeclareMonitor(parts, actor, await find(name)),
    async declared() {
      return (await store().all()).map(({ name, spec }) => ({ name, spec }));
    },
    get: async (name) => withoutState(await find(name)),
    async list(page) {
      const found = await store().list(page);
      return { ...found, items: found.items.map(withoutState) };
    },
    async evaluate(name) {
      const monitor = await find(name);
      const mark = await readWatermark(parts, monitor.spec.endpoint);
      return (await evaluateMonitor(parts, monitor, mark)).runs;
    },
    runs: (filter) => createRunStore(database.query).list(filter),
    run: async (id) => (await createRunStore(database.query).get(id)) ?? notFound('monitor run', id),
    async points({ monitor, ...filter }) {
      return createRunStore(database.query).points((await find(monitor)).id, filter);
    },
  };
}

/** Evaluates what has closed by a watermark and re-states what got labels; `more` when windows still wait. */
export async function evaluateMonitor(
  parts: Evaluating,
  monitor: MonitorState,
  mark: Watermark | undefined,
): Promise<{ runs: number; more: boolean }> {
  if (!mark) return { runs: 0, more: false };
  const closed = await evaluateClosed(parts, monitor, mark);
  const restated = await restate(parts, monitor, mark);
  return { runs: closed.runs + restated, more: closed.more };
}

function withoutState(monitor: MonitorState): Monitor {
  const { nextAt: _next, restated: _restated, ...rest } = monitor;
  return rest;
}

async function declareMonitor(
  parts: Evaluating,
  actor: Actor,
  document: { name: string; spec: unknown },
): Promise<Monitor> {
  const name = readSpec(nameSchema, document.name, 'name');
  const spec = readSpec(MonitorSpec, document.spec, `monitor '${name}'`);
  for (const check of spec.checks) checkMetric(check.metric);
  return parts.database.transaction(async (tx) => {
    await parts.database.lock(tx, `monitor:${name}`);
    const store = createMonitorStore(tx);
    const now = parts.clock.now();
    const before = await store.byName(name);
    if (before && digestOf(before.spec) === digestOf(spec)) return withoutState(before);
    const id = before?.id ?? newId(now);
    // A monitor that looks at other windows starts anew; otherwise it goes on where it was.
    const moved =
      before && digestOf([before.spec.window, before.spec.endpoint]) !== digestOf([spec.window, spec.endpoint]);
    const updatedAt = before ? Math.max(now, before.updatedAt + 1) : now;
    const monitor = { id, name, spec, createdAt: before?.createdAt ?? now, updatedAt };
    if (before) {
      await store.update({ ...monitor, nextAt: moved ? null : before.nextAt, restated: before.restated });
    } else if (!(await store.insert(monitor))) {
      fail('already_exists', `Another request declared the monitor '${name}' at the same time.`, { value: name });
    }
    await parts.ledger.append(tx, {
      type: before ? 'monitor.updated' : 'monitor.created',
      actor,
      subject: { kind: 'monitor', id, name },
      data: { spec: spec as Record<string, unknown> },
    });
    return monitor;
  });
}

async function undeclareMonitor(parts: Evaluating, actor: Actor, monitor: Monitor): Promise<void> {
  await parts.database.transaction(async (tx) => {
    if (!(await createMonitorStore(tx).delete(monitor.id))) return;
    const open = await createAlertStore(tx).openOf(dedupeKey(monitor));
    if (open) await resolveAlert(tx, parts, { alert: open, run: undefined });
    const subject = { kind: 'monitor', id: monitor.id, name: monitor.name };
    await parts.ledger.append(tx, { type: 'monitor.deleted', actor, subject, data: {} });
  });
}
