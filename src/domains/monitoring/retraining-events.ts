import type { Queries } from '../../database/database.ts';
import { systemActor } from '../../kernel/actor.ts';
import type { Ledger } from '../../ledger/index.ts';
import type { RetrainingState } from './retraining-store.ts';

/** The event that tells of a retraining's arrival in a state. */
const eventOf = {
  starting: undefined,
  training: 'retraining.started',
  deploying: 'retraining.challenger-registered',
  'rolling-out': undefined,
  promoted: 'retraining.promoted',
  rejected: 'retraining.rejected',
  failed: 'retraining.failed',
  skipped: 'retraining.skipped',
} as const;

/** Appends the event of the state a retraining has come to, where that state has one. */
export async function appendRetraining(ledger: Ledger, tx: Queries, retraining: RetrainingState): Promise<void> {
  const type = eventOf[retraining.state];
  if (!type) return;
  const { policy, endpoint, model, trigger, triggeredAt, windowFromAt, windowToAt, reason } = retraining;
  const { pipelineRunId, version, rolloutId } = retraining;
  const steps = { pipelineRunId, version, rolloutId, reason };
  await ledger.append(tx, {
    type,
    actor: systemActor,
    subject: { kind: 'retraining', id: retraining.id, name: policy },
    data: { policy, endpoint, model, trigger, triggeredAt, windowFromAt, windowToAt, ...steps },
  });
}
