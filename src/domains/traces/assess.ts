import type { Queries } from '../../database/database.ts';
import type { Actor } from '../../kernel/actor.ts';
import { fail } from '../../kernel/errors.ts';
import { newId } from '../../kernel/ids.ts';
import { parseAs } from '../../kernel/parse.ts';
import { type TracesDeps, traceOf } from './deps.ts';
import {
  type Assessment,
  type AssessmentChange,
  assessmentChangeSchema,
  type NewAssessment,
  newAssessmentSchema,
} from './schema.ts';
import { createTracesStore } from './store.ts';

/** Which assessment. */
export interface AssessmentPlace {
  traceId: string;
  id: string;
}

/** An assessment, or `not_found` that says whether the trace or the assessment is missing. */
export async function assessmentOf(queries: Queries, { traceId, id }: AssessmentPlace): Promise<Assessment> {
  const found = await createTracesStore(queries).assessments.find(traceId, id);
  if (found) return found;
  await traceOf(queries, traceId);
  return missing({ traceId, id });
}

function missing({ traceId, id }: AssessmentPlace): never {
  return fail('not_found', `Assessment with ID '${id}' not found for trace '${traceId}'`, { field: 'id', value: id });
}

/** Adds an assessment; the one it overrides stays, but counts no more. */
export async function createAssessment(
  deps: TracesDeps,
  actor: Actor,
  { traceId, ...given }: NewAssessment & { traceId: string },
): Promise<Assessment> {
  const said = parseAs(newAssessmentSchema, given);
  const now = deps.clock.now();
  const { createdAt = now, updatedAt = createdAt, id = `a-${newId(now).replaceAll('-', '')}` } = said;
  const assessment: Assessment = { ...said, id, createdAt, updatedAt, traceId, isValid: true };
  await deps.database.transaction(async (tx) => {
    await deps.database.lock(tx, `trace:${traceId}`);
    const { experimentId } = await traceOf(tx, traceId);
    const { assessments } = createTracesStore(tx);
    if (await assessments.find(traceId, id)) {
      fail('already_exists', `The trace '${traceId}' has an assessment '${id}'.`, { field: 'id', value: id });
    }
    const { overrides } = assessment;
    if (overrides !== null && !(await assessments.setValid(traceId, overrides, false))) {
      missing({ traceId, id: overrides });
    }
    await assessments.put(assessment);
    const data = { ...eventData(assessment, experimentId), source: assessment.source.kind, overrides };
    await deps.ledger.append(tx, { type: 'assessment.created', actor, subject: subjectOf(traceId), data });
  });
  return assessment;
}

/** Changes an assessment; its source, span and kind stay. */
export async function updateAssessment(
  deps: TracesDeps,
  actor: Actor,
  { traceId, id, ...given }: AssessmentChange & AssessmentPlace,
): Promise<Assessment> {
  const change = parseAs(assessmentChangeSchema, given);
  return deps.database.transaction(async (tx) => {
    await deps.database.lock(tx, `trace:${traceId}`);
    const before = await assessmentOf(tx, { traceId, id });
    if (change.kind !== undefined && change.kind !== before.kind) {
      const is = before.kind === 'expectation' ? 'an Expectation' : before.kind === 'issue' ? 'an Issue' : 'a Feedback';
      const message = `Cannot update ${change.kind} value on ${is} assessment.`;
      fail('invalid_input', message, { field: 'kind', value: change.kind });
    }
    const after: Assessment = {
      ...before,
      name: change.name ?? before.name,
      value: change.value === undefined ? before.value : change.value,
      error: change.error === undefined ? before.error : change.error,
      rationale: change.rationale ?? before.rationale,
      metadata: { ...before.metadata, ...change.metadata },
      updatedAt: deps.clock.now(),
    };
    await createTracesStore(tx).assessments.put(after);
    const { experimentId } = await traceOf(tx, traceId);
    const data = { ...eventData(after, experimentId), valueBefore: before.value };
    await deps.ledger.append(tx, { type: 'assessment.updated', actor, subject: subjectOf(traceId), data });
    return after;
  });
}

/** Removes an assessment, if it is there; the one it overrode counts again. */
export async function deleteAssessment(
  deps: TracesDeps,
  actor: Actor,
  { traceId, id }: AssessmentPlace,
): Promise<void> {
  await deps.database.transaction(async (tx) => {
    await deps.database.lock(tx, `trace:${traceId}`);
    const { experimentId } = await traceOf(tx, traceId);
    const { assessments } = createTracesStore(tx);
    const before = await assessments.find(traceId, id);
    if (!before) return;
    await assessments.delete(traceId, id);
    if (before.overrides !== null) await assessments.setValid(traceId, before.overrides, true);
    const data = eventData(before, experimentId);
    await deps.ledger.append(tx, { type: 'assessment.deleted', actor, subject: subjectOf(traceId), data });
  });
}

function subjectOf(traceId: string) {
  return { kind: 'trace', id: traceId, name: traceId };
}

function eventData({ id, kind, name, value }: Assessment, experimentId: string) {
  return { assessmentId: id, experimentId, kind, name, value };
}
