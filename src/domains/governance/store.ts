import type { Selectable } from 'kysely';
import type { Queries } from '../../database/database.ts';
import { parseJson, stringifyJson } from '../../kernel/json.ts';
import type { PromotionTarget } from '../registry/index.ts';
import { createApprovalStore } from './approval-store.ts';
import type { Gate, GateVerdict } from './schema.ts';
import type { GovernanceTables } from './tables.ts';

type Db = ReturnType<typeof open>;

function open(queries: Queries) {
  return queries.withTables<GovernanceTables>();
}

/** All SQL of governance. */
export function createGovernanceStore(queries: Queries) {
  const db = open(queries);
  return {
    putGate: (gate: Gate) => putGate(db, gate),
    gate: (name: string) => gateOf(db, name),
    gates: (rows: { after?: string | undefined; limit: number }) => gatesOf(db, rows),
    deleteGate: (name: string) => deleteGate(db, name),
    addVerdict: (verdict: GateVerdict & { versionId: string }) => addVerdict(db, verdict),
    verdict: (id: string) => verdictOf(db, id),
    verdicts: (rows: VerdictRows) => verdictsOf(db, rows),
    approvals: createApprovalStore(queries),
  };
}

async function putGate(db: Db, { name, spec, digest, createdAt, updatedAt }: Gate): Promise<void> {
  const values = { spec: JSON.stringify(spec), digest, updated_at: updatedAt };
  await db
    .insertInto('gate')
    .values({ name, created_at: createdAt, ...values })
    .onConflict((conflict) => conflict.column('name').doUpdateSet(values))
    .execute();
}

async function gateOf(db: Db, name: string): Promise<Gate | undefined> {
  const row = await db.selectFrom('gate').selectAll().where('name', '=', name).executeTakeFirst();
  return row && toGate(row);
}

async function gatesOf(db: Db, { after, limit }: { after?: string | undefined; limit: number }): Promise<Gate[]> {
  const rows = await db
    .selectFrom('gate')
    .selectAll()
    .$if(after !== undefined, (q) => q.where('name', '>', after!))
    .orderBy('name')
    .limit(limit)
    .execute();
  return rows.map(toGate);
}

function toGate(row: Selectable<GovernanceTables['gate']>): Gate {
  const { name, digest } = row;
  return { name, spec: JSON.parse(row.spec), digest, createdAt: row.created_at, updatedAt: row.updated_at };
}

async function deleteGate(db: Db, name: string): Promise<boolean> {
  const result = await db.deleteFrom('gate').where('name', '=', name).executeTakeFirst();
  return result.numDeletedRows > 0n;
}

async function addVerdict(db: Db, verdict: GateVerdict & { versionId: string }): Promise<void> {
  await db
    .insertInto('gate_verdict')
    .values({
      id: verdict.id,
      version_id: verdict.versionId,
      model: verdict.model,
      version: verdict.version,
      artifact_digest: verdict.artifactDigest,
      target_kind: verdict.target.kind,
      target_name: verdict.target.name,
      outcome: verdict.outcome,
      gates: JSON.stringify(verdict.gates),
      rules: stringifyJson(verdict.rules),
      approvals: stringifyJson(verdict.approvals),
      evidence: stringifyJson(verdict.evidence),
      evidence_digest: verdict.evidenceDigest,
      actor_id: verdict.actorId,
      actor_name: verdict.actorName,
      at: verdict.at,
    })
    .execute();
}

async function verdictOf(db: Db, id: string): Promise<GateVerdict | undefined> {
  const row = await db.selectFrom('gate_verdict').selectAll().where('id', '=', id).executeTakeFirst();
  return row && toVerdict(row);
}

/** Which verdicts to read, newest first. */
export interface VerdictRows {
  model?: string | undefined;
  version?: number | undefined;
  versionId?: string | undefined;
  after?: string | undefined;
  limit: number;
}

async function verdictsOf(db: Db, rows: VerdictRows): Promise<GateVerdict[]> {
  const found = await db
    .selectFrom('gate_verdict')
    .selectAll()
    .$if(rows.model !== undefined, (q) => q.where('model', '=', rows.model!))
    .$if(rows.version !== undefined, (q) => q.where('version', '=', rows.version!))
    .$if(rows.versionId !== undefined, (q) => q.where('version_id', '=', rows.versionId!))
    .$if(rows.after !== undefined, (q) => q.where('id', '<', rows.after!))
    .orderBy('id', 'desc')
    .limit(rows.limit)
    .execute();
  return found.map(toVerdict);
}

function toVerdict(row: Selectable<GovernanceTables['gate_verdict']>): GateVerdict {
  const read = <T>(text: string) => parseJson(text) as unknown as T;
  return {
    id: row.id,
    model: row.model,
    version: row.version,
    artifactDigest: row.artifact_digest,
    target: { kind: row.target_kind, name: row.target_name } as PromotionTarget,
    outcome: row.outcome as GateVerdict['outcome'],
    gates: read(row.gates),
    rules: read(row.rules),
    approvals: read(row.approvals),
    evidence: read(row.evidence),
    evidenceDigest: row.evidence_digest,
    actorId: row.actor_id,
    actorName: row.actor_name,
    at: row.at,
  };
}
