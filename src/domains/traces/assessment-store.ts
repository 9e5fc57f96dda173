import { type Selectable, type SqlBool, sql } from 'kysely';
import type { Queries } from '../../database/database.ts';
import { type JsonValue, parseJson, stringifyJson } from '../../kernel/json.ts';
import type { Assessment } from './schema.ts';
import type { TraceTables } from './tables.ts';

/** All SQL of assessments. */
export function createAssessmentStore(queries: Queries) {
  const db = queries.withTables<TraceTables>();
  const one = (traceId: string, id: string) => sql<SqlBool>`assessment.trace_id = ${traceId} and assessment.id = ${id}`;
  return {
    async find(traceId: string, id: string): Promise<Assessment | undefined> {
      const row = await db.selectFrom('assessment').selectAll().where(one(traceId, id)).executeTakeFirst();
      return row && toAssessment(row);
    },
    /** The assessments of traces, the oldest first. */
    async of(traceIds: readonly string[]): Promise<Map<string, Assessment[]>> {
      const found = new Map<string, Assessment[]>(traceIds.map((id) => [id, []]));
      if (traceIds.length === 0) return found;
      const rows = await db
        .selectFrom('assessment')
        .selectAll()
        .where('trace_id', 'in', [...traceIds])
        .orderBy('created_at')
        .orderBy('id')
        .execute();
      for (const row of rows) found.get(row.trace_id)!.push(toAssessment(row));
      return found;
    },
    /** Writes an assessment, in place of one of the same id. */
    async put(assessment: Assessment): Promise<void> {
      const row = toRow(assessment);
      await db
        .insertInto('assessment')
        .values(row)
        .onConflict((conflict) => conflict.columns(['trace_id', 'id']).doUpdateSet(row))
        .execute();
    },
    async setValid(traceId: string, id: string, isValid: boolean): Promise<boolean> {
      const { numUpdatedRows } = await db
        .updateTable('assessment')
        .set({ is_valid: isValid ? 1 : 0 })
        .where(one(traceId, id))
        .executeTakeFirst();
      return numUpdatedRows > 0n;
    },
    async delete(traceId: string, id: string): Promise<void> {
      await db.deleteFrom('assessment').where(one(traceId, id)).execute();
    },
  };
}

/** What comparisons of a value as text see: a text itself, all else as JSON. */
function textOf(value: unknown): string {
  return (typeof value === 'string' ? value : stringifyJson(value)).slice(0, 8000).toWellFormed();
}

function toRow(assessment: Assessment): TraceTables['assessment'] {
  const { value, source } = assessment;
  const number = typeof value === 'number' || typeof value === 'bigint' ? Number(value) : Number.NaN;
  return {
    trace_id: assessment.traceId,
    id: assessment.id,
    kind: assessment.kind,
    name: assessment.name,
    value: stringifyJson(value),
    text: textOf(value).replaceAll('\0', ''),
    number: Number.isFinite(number) ? number : null,
    error: assessment.error && JSON.stringify(assessment.error),
    source_kind: source.kind,
    source_id: source.id,
    span_id: assessment.spanId,
    run_id: assessment.runId,
    rationale: assessment.rationale,
    metadata: JSON.stringify(assessment.metadata),
    overrides: assessment.overrides,
    is_valid: assessment.isValid ? 1 : 0,
    created_at: assessment.createdAt,
    updated_at: assessment.updatedAt,
  };
}

function toAssessment(row: Selectable<TraceTables['assessment']>): Assessment {
  return {
    id: row.id,
    traceId: row.trace_id,
    kind: row.kind as Assessment['kind'],
    name: row.name,
    value: parseJson(row.value) as JsonValue,
    error: row.error === null ? null : JSON.parse(row.error),
    source: { kind: row.source_kind as Assessment['source']['kind'], id: row.source_id },
    spanId: row.span_id,
    runId: row.run_id,
    rationale: row.rationale,
    metadata: JSON.parse(row.metadata),
    overrides: row.overrides,
    isValid: row.is_valid === 1,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}
