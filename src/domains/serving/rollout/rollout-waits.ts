import type { Actor } from '../../../kernel/actor.ts';
import { isoTime } from '../../../kernel/clock.ts';
import { fail } from '../../../kernel/errors.ts';
import type { ServingDeps } from '../deps.ts';
import { resetMetrics } from './measure-metrics.ts';
import { noteDecision, replaceRollout, subjectOf, summaryOf } from './rollout-commit.ts';
import type { Judgement, Rollout, RolloutStep, Waiting } from './rollout-schema.ts';
import type { StoredRollout } from './rollout-store.ts';

const gateWords = {
  rollout: 'Somebody must confirm that the rollout may begin.',
  'traffic-increase': 'Somebody must confirm that it may have more traffic.',
  promotion: 'Somebody must confirm that it may have all traffic.',
} as const;

/** What a rollout waits for in a step; undefined where the step goes on by itself. */
export function waitingAt(step: RolloutStep | undefined, now: number): Waiting | undefined {
  if (step?.kind !== 'pause' || step.durationMs !== undefined) return undefined;
  const reason = step.note ?? (step.gate ? gateWords[step.gate] : 'Somebody must confirm.');
  return { kind: 'step', since: isoTime(now), reason };
}

/** Why a rollout is held where it is. */
export interface Hold {
  kind: Exclude<Waiting['kind'], 'step'>;
  reason: string;
  judgement?: Judgement;
  by?: Actor;
}

/** Holds a rollout in its step until a person lets it go on; traffic stays as it is and the judge keeps watching. */
export async function holdRollout(deps: ServingDeps, stored: StoredRollout, hold: Hold): Promise<void> {
  const { kind, reason, judgement, by } = hold;
  const now = deps.clock.now();
  const waitingFor: Waiting = { kind, since: isoTime(now), reason, ...(by && { by: by.name }) };
  const rollout: Rollout = { ...stored.rollout, state: 'paused', waitingFor, ...(judgement && { judgement }) };
  const actor = by ?? stored.actor;
  await deps.database.transaction(async (tx) => {
    await replaceRollout(tx, { ...stored, rollout }, stored);
    const decision = kind === 'person' ? 'pause' : 'hold';
    await noteDecision(tx, stored, { at: now, decision, reason, judgement });
    const data = { ...summaryOf(rollout), step: rollout.step, waitingFor: kind, reason };
    await deps.ledger.append(tx, { type: 'rollout.paused', actor, subject: subjectOf(rollout), data });
  });
}

/** Lets a held rollout go on in its step; metrics that nobody could tell begin to count again. */
export async function resumeRollout(
  deps: ServingDeps,
  stored: StoredRollout,
  { by, reason }: { by: Actor; reason: string },
): Promise<void> {
  const { waitingFor, ...before } = stored.rollout;
  if (waitingFor?.kind === 'step') {
    const cure = 'Confirm it instead.';
    fail('conflict', `Rollout ${before.id} waits in a pause step: resuming does not end that. ${cure}`, { cure });
  }
  const rollout: Rollout = { ...before, state: 'running' };
  await deps.database.transaction(async (tx) => {
    await replaceRollout(tx, { ...stored, rollout }, stored);
    await resetMetrics(tx, rollout.id);
    await noteDecision(tx, stored, { at: deps.clock.now(), decision: 'resume', reason });
    const data = { ...summaryOf(rollout), step: rollout.step, reason };
    await deps.ledger.append(tx, { type: 'rollout.resumed', actor: by, subject: subjectOf(rollout), data });
  });
}
