import { Cron } from 'croner';
import type { Database, Queries } from '../../database/database.ts';
import type { Clock } from '../../kernel/clock.ts';
import { isoTime } from '../../kernel/clock.ts';
import { newId } from '../../kernel/ids.ts';
import type { Ledger, LedgerEvent } from '../../ledger/index.ts';
import { appendRetraining } from './retraining-events.ts';
import type { Retraining } from './retraining-schema.ts';
import {
  createPolicyStore,
  createRetrainingStore,
  type PolicyState,
  type RetrainingState,
} from './retraining-store.ts';
import { createWatermarkStore } from './store.ts';

/** What triggering needs. */
export interface Triggering {
  database: Database;
  ledger: Ledger;
  clock: Clock;
}

interface Trigger {
  kind: Retraining['trigger']['kind'];
  id: string;
  /** Event time. */
  at: number;
  windowFromAt: number;
  windowToAt: number;
}

const dayMs = 86_400_000;

/** Triggers every policy that an opened alert concerns, in the reader's transaction. */
export async function triggerByAlert(parts: Triggering, event: LedgerEvent, tx: Queries): Promise<void> {
  const data = event.data as {
    endpoint: string;
    monitor: string;
    severity: 'info' | 'warning' | 'critical';
    windowFromAt: number;
    windowToAt: number;
  };
  const { windowFromAt, windowToAt } = data;
  for (const policy of await createPolicyStore(tx).all()) {
    const { on, endpoint } = policy.spec;
    if (!on || endpoint !== data.endpoint || !on.severities.includes(data.severity)) continue;
    if (on.monitors && !on.monitors.includes(data.monitor)) continue;
    await trigger(parts, tx, {
      policy,
      by: { kind: 'alert', id: event.subject.id, at: windowToAt, windowFromAt, windowToAt },
    });
  }
}

/** Triggers the policies whose schedules came due; a time that passed while nobody ran is made up for once. */
export async function triggerBySchedule(parts: Triggering): Promise<void> {
  const { database, clock } = parts;
  for (const policy of await createPolicyStore(database.query).all()) {
    const { schedule } = policy.spec;
    if (!schedule) continue;
    const cron = new Cron(schedule.cron, { timezone: schedule.timeZone, paused: true });
    const now = clock.now();
    const next = cron.nextRun(new Date(policy.firedAt ?? policy.createdAt));
    if (!next || next.getTime() > now) continue;
    await database.transaction(async (tx) => {
      if (!(await createPolicyStore(tx).fire(policy, now))) return;
      const window = await windowSinceLast(tx, policy, now);
      await trigger(parts, tx, { policy, by: { kind: 'schedule', id: isoTime(next.getTime()), ...window } });
    });
  }
}

/** Triggers a policy by hand. */
export async function triggerByHand(parts: Triggering, policy: PolicyState): Promise<RetrainingState> {
  return parts.database.transaction(async (tx) => {
    const window = await windowSinceLast(tx, policy, parts.clock.now());
    return trigger(parts, tx, { policy, by: { kind: 'manual', id: newId(parts.clock.now()), ...window } });
  });
}

/** From the last retraining to the newest event time seen on the endpoint (the clock before any traffic). */
async function windowSinceLast(tx: Queries, policy: PolicyState, now: number) {
  const last = await createRetrainingStore(tx).last(policy.id);
  const mark = await createWatermarkStore(tx).get(policy.spec.endpoint);
  const at = mark?.maxAt ?? now;
  return { at, windowFromAt: Math.min(at, last?.triggeredAt ?? mark?.minAt ?? at), windowToAt: at };
}

async function trigger(
  { database, ledger, clock }: Triggering,
  tx: Queries,
  { policy, by }: { policy: PolicyState; by: Trigger },
): Promise<RetrainingState> {
  await database.lock(tx, `retraining-policy:${policy.id}`);
  const store = createRetrainingStore(tx);
  const reason = await refusal(store, policy, by.at);
  const now = clock.now();
  const state = reason === null ? 'starting' : 'skipped';
  const retraining: RetrainingState = {
    id: newId(now),
    policyId: policy.id,
    policy: policy.name,
    spec: policy.spec,
    endpoint: policy.spec.endpoint,
    model: policy.spec.model,
    trigger: { kind: by.kind, id: by.id },
    triggeredAt: by.at,
    windowFromAt: by.windowFromAt,
    windowToAt: by.windowToAt,
    state,
    reason,
    pipelineRunId: null,
    version: null,
    rolloutId: null,
    steps: [{ state, at: now, id: null, reason }],
    createdAt: now,
    updatedAt: now,
  };
  const isNew = await store.insert(retraining);
  if (isNew && state === 'skipped') await appendRetraining(ledger, tx, retraining);
  return retraining;
}

/** Why a policy may not start another retraining at an event time; null when it may. */
async function refusal(
  store: ReturnType<typeof createRetrainingStore>,
  { id, spec }: PolicyState,
  at: number,
): Promise<string | null> {
  const last = await store.last(id);
  if (last && !['promoted', 'rejected', 'failed'].includes(last.state)) {
    return `retraining ${last.id} of this policy is still ${last.state}`;
  }
  if (last && at - last.triggeredAt < spec.minIntervalMs) {
    return `the last one was triggered at ${isoTime(last.triggeredAt)}, less than minIntervalMs (${spec.minIntervalMs}) before`;
  }
  const today = await store.since(id, at - dayMs);
  return today >= spec.maxPerDay ? `${today} in the last 24 hours of event time, maxPerDay is ${spec.maxPerDay}` : null;
}
