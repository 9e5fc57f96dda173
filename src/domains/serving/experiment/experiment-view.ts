import { isoTime } from '../../../kernel/clock.ts';
import type { EndpointExperiment } from './experiment-schema.ts';
import type { StoredExperiment } from './experiment-store.ts';

/** An experiment as users see it. */
export function toView(stored: StoredExperiment): EndpointExperiment {
  const { id, endpoint, model, state, frozen, spec, arms, decision, reason, actor } = stored;
  return {
    ...{ id, endpoint, model, state, frozen, spec, arms },
    ...(decision && { decision }),
    ...(reason !== undefined && { reason }),
    startedBy: actor.name,
    createdAt: isoTime(stored.createdAt),
    ...(stored.lookedAt !== undefined && { lookedAt: isoTime(stored.lookedAt) }),
    ...(stored.endedAt !== undefined && { endedAt: isoTime(stored.endedAt) }),
  };
}

/** An experiment as the subject of an event. */
export function subjectOf({ id, endpoint }: StoredExperiment) {
  return { kind: 'endpoint-experiment', id, name: endpoint };
}

/** An experiment as its events name it. */
export function summaryOf({ id, endpoint, model, spec }: StoredExperiment) {
  return { experimentId: id, endpoint, model, kind: spec.kind };
}
