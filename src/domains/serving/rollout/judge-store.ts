import type { Queries } from '../../../database/database.ts';
import type { LabelCursor } from '../log/labels-since.ts';
import type { LogCursor } from '../log/rows-since.ts';
import type { ServingTables } from '../tables.ts';
import type { CurvePoint } from './curve-schema.ts';
import { type RolloutRules, rolloutRulesSchema } from './judge-rules.ts';
import type { JudgeState } from './judge-state.ts';

/** How far a judge has read, and when it drew its last point. */
export interface JudgeCursor {
  log: LogCursor;
  labels: LabelCursor;
  curve: { spacingMs: number; points: number; lastAt: number };
}

/** All of a judge at one look: enough to say again what it said, and to read on. */
export interface JudgeRecord {
  look: number;
  judgedAt: number;
  state: JudgeState;
  cursor: JudgeCursor;
  rules: RolloutRules;
}

/** All SQL of the judge: where it stands, and what decisions were made on. */
export function createJudgeStore(queries: Queries) {
  const db = queries.withTables<ServingTables>();
  return {
    async find(rolloutId: string): Promise<JudgeRecord | undefined> {
      const query = db.selectFrom('rollout_judge').selectAll().where('rollout_id', '=', rolloutId);
      const row = await query.executeTakeFirst();
      return row && toRecord(row);
    },

    /** Keeps a look; gives whether it follows the one before, false where somebody else has looked meanwhile. */
    async save(rolloutId: string, record: JudgeRecord): Promise<boolean> {
      const { look } = record;
      const columns = toColumns(record);
      if (look > 1) {
        const update = db.updateTable('rollout_judge').set(columns).where('rollout_id', '=', rolloutId);
        const result = await update.where('look', '=', look - 1).executeTakeFirst();
        return Number(result.numUpdatedRows) > 0;
      }
      const insert = db.insertInto('rollout_judge').values({ rollout_id: rolloutId, ...columns });
      const result = await insert
        .onConflict((conflict) => conflict.column('rollout_id').doNothing())
        .executeTakeFirst();
      return Number(result.numInsertedOrUpdatedRows) > 0;
    },

    /** Keeps what a decision was made on, where the judge still stands at that look. */
    async keepEvidence(decisionId: string, { rolloutId, look }: { rolloutId: string; look: number }): Promise<void> {
      const query = db.selectFrom('rollout_judge').selectAll().where('rollout_id', '=', rolloutId);
      const row = await query.where('look', '=', look).executeTakeFirst();
      if (!row) return;
      const { rollout_id, ...kept } = row;
      await db
        .insertInto('rollout_evidence')
        .values({ decision_id: decisionId, ...kept })
        .execute();
    },

    async evidence(decisionId: string): Promise<JudgeRecord | undefined> {
      const query = db.selectFrom('rollout_evidence').selectAll().where('decision_id', '=', decisionId);
      const row = await query.executeTakeFirst();
      return row && toRecord(row);
    },
  };
}

/** All SQL of the points of curves. */
export function createCurveStore(queries: Queries) {
  const db = queries.withTables<ServingTables>();
  return {
    async addPoint(rolloutId: string, point: CurvePoint): Promise<void> {
      const values = { rollout_id: rolloutId, look: point.look, point: JSON.stringify(point) };
      const insert = db.insertInto('rollout_curve').values(values);
      await insert.onConflict((conflict) => conflict.columns(['rollout_id', 'look']).doNothing()).execute();
    },

    async points(rolloutId: string): Promise<CurvePoint[]> {
      const query = db.selectFrom('rollout_curve').select('point').where('rollout_id', '=', rolloutId);
      return (await query.orderBy('look').execute()).map((row) => JSON.parse(row.point) as CurvePoint);
    },

    /** Removes every second point but the first and the last; gives how many are left. */
    async thinCurve(rolloutId: string): Promise<number> {
      const query = db.selectFrom('rollout_curve').select('look').where('rollout_id', '=', rolloutId);
      const looks = (await query.orderBy('look').execute()).map((row) => Number(row.look));
      const gone = looks.filter((_, at) => at % 2 === 1 && at < looks.length - 1);
      if (gone.length > 0) {
        const remove = db.deleteFrom('rollout_curve').where('rollout_id', '=', rolloutId);
        await remove.where('look', 'in', gone).execute();
      }
      return looks.length - gone.length;
    },
  };
}

type Columns = Omit<ServingTables['rollout_judge'], 'rollout_id'>;

function toColumns({ look, judgedAt, state, cursor, rules }: JudgeRecord): Columns {
  const [stateText, cursorText, rulesText] = [state, cursor, rules].map((part) => JSON.stringify(part));
  return { look, judged_at: judgedAt, state: stateText!, cursor: cursorText!, rules: rulesText! };
}

function toRecord(row: Columns): JudgeRecord {
  return {
    look: Number(row.look),
    judgedAt: Number(row.judged_at),
    state: JSON.parse(row.state) as JudgeState,
    cursor: JSON.parse(row.cursor) as JudgeCursor,
    rules: rolloutRulesSchema.parse(JSON.parse(row.rules)),
  };
}
