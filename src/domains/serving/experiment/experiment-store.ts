import type { Selectable } from 'kysely';
import type { Queries } from '../../../database/database.ts';
import type { Actor } from '../../../kernel/actor.ts';
import { decodePageToken, type Page, type PageRequest, toPage } from '../../../kernel/page.ts';
import type { ServingTables } from '../tables.ts';
import { type EndpointExperiment, EndpointExperimentSpec, type ExperimentDecision } from './experiment-schema.ts';
import type { Progress } from './progress.ts';
import type { ExperimentReport } from './report-schema.ts';
import type { Totals } from './totals.ts';

/** An experiment as it is stored. Shares of arms are percent. */
export interface StoredExperiment {
  id: string;
  endpoint: string;
  model: string;
  state: EndpointExperiment['state'];
  frozen: boolean;
  /** Grows with every change; who writes says which one it read. */
  revision: number;
  spec: EndpointExperimentSpec;
  arms: EndpointExperiment['arms'];
  progress: Progress;
  report: ExperimentReport | undefined;
  decision: ExperimentDecision | undefined;
  reason: string | undefined;
  actor: Actor;
  createdAt: number;
  lookedAt: number | undefined;
  endedAt: number | undefined;
}

/** Which experiments to list, newest first. */
export interface ExperimentFilter extends PageRequest {
  endpoint?: string | undefined;
  state?: EndpointExperiment['state'] | undefined;
}

/** What one file of the prediction log adds to an experiment. */
export interface ExperimentPart {
  file: string;
  /** Of how many segments it was read; changes when labels of its rows came or changed. */
  fingerprint: string;
  /** Wall-clock time from which on nothing of it changes, ms UTC. */
  closesAt: number;
  totals: Totals;
}

/** All SQL of experiments and of the parts they have read. */
export function createExperimentStore(queries: Queries) {
  const db = queries.withTables<ServingTables>();
  return {
    async insert(stored: StoredExperiment): Promise<void> {
      const values = { id: stored.id, created_at: stored.createdAt, ...columnsOf(stored) };
      await db.insertInto('endpoint_experiment').values(values).execute();
    },

    async find(id: string): Promise<StoredExperiment | undefined> {
      const row = await db.selectFrom('endpoint_experiment').selectAll().where('id', '=', id).executeTakeFirst();
      return row && toExperiment(row);
    },

    async underWay(): Promise<StoredExperiment[]> {
      const query = db.selectFrom('endpoint_experiment').selectAll().where('state', 'in', ['running', 'decided']);
      return (await query.orderBy('id').execute()).map(toExperiment);
    },

    async page({ limit, pageToken, endpoint, state }: ExperimentFilter): Promise<Page<StoredExperiment>> {
      const before = pageToken === undefined ? undefined : decodePageToken(pageToken, ['string'])[0];
      const rows = await db
        .selectFrom('endpoint_experiment')
        .selectAll()
        .$if(endpoint !== undefined, (q) => q.where('endpoint', '=', endpoint!))
        .$if(state !== undefined, (q) => q.where('state', '=', state!))
        .$if(before !== undefined, (q) => q.where('id', '<', before as string))
        .orderBy('id', 'desc')
        .limit(limit + 1)
        .execute();
      return toPage(rows.map(toExperiment), limit, (stored) => [stored.id]);
    },

    /** Replaces an experiment that is still as it was read, at the next revision; gives whether it was. */
    async update(stored: StoredExperiment): Promise<boolean> {
      const result = await db
        .updateTable('endpoint_experiment')
        .set({ ...columnsOf(stored), revision: stored.revision + 1 })
        .where('id', '=', stored.id)
        .where('revision', '=', stored.revision)
        .executeTakeFirst();
      return Number(result.numUpdatedRows) > 0;
    },
  };
}

/** All SQL of what experiments have read of the log. */
export function createPartStore(queries: Queries) {
  const db = queries.withTables<ServingTables>();
  return {
    async parts(experimentId: string): Promise<ExperimentPart[]> {
      const query = db.selectFrom('endpoint_experiment_part').selectAll();
      const rows = await query.where('experiment_id', '=', experimentId).orderBy('file').execute();
      return rows.map((row) => ({
        file: row.file,
        fingerprint: row.fingerprint,
        closesAt: row.closes_at,
        totals: JSON.parse(row.totals) as Totals,
      }));
    },

    async keep(experimentId: string, part: ExperimentPart): Promise<void> {
      const { file, fingerprint, closesAt, totals } = part;
      const changing = { fingerprint, closes_at: closesAt, totals: JSON.stringify(totals) };
      await db
        .insertInto('endpoint_experiment_part')
        .values({ experiment_id: experimentId, file, ...changing })
        .onConflict((conflict) => conflict.columns(['experiment_id', 'file']).doUpdateSet(changing))
        .execute();
    },

    /** Forgets the parts of an experiment whose report is final. */
    async remove(experimentId: string): Promise<void> {
      await db.deleteFrom('endpoint_experiment_part').where('experiment_id', '=', experimentId).execute();
    },

    /** How many labels a range of event times has and how often they were given: what changes when one comes. */
    async fingerprint(endpoint: string, range: { from: number; to: number }): Promise<string> {
      const row = await db
        .selectFrom('prediction_feedback')
        .select((e) => [e.fn.countAll().as('labels'), e.fn.sum('versions').as('versions')])
        .where('endpoint', '=', endpoint)
        .where('predicted_at', '>=', range.from)
        .where('predicted_at', '<=', range.to)
        .executeTakeFirst();
      return `${Number(row?.labels ?? 0)}/${Number(row?.versions ?? 0)}`;
    },
  };
}

function columnsOf(stored: StoredExperiment) {
  const { endpoint, model, state, frozen, revision, spec, arms, progress, report, decision, actor } = stored;
  return {
    ...{ endpoint, model, state, revision, frozen: frozen ? 1 : 0 },
    spec: JSON.stringify(spec),
    arms: JSON.stringify(arms),
    progress: JSON.stringify(progress),
    report: report ? JSON.stringify(report) : null,
    decision: decision ? JSON.stringify(decision) : null,
    reason: stored.reason ?? null,
    actor: JSON.stringify(actor),
    looked_at: stored.lookedAt ?? null,
    ended_at: stored.endedAt ?? null,
  };
}

function toExperiment(row: Selectable<ServingTables['endpoint_experiment']>): StoredExperiment {
  return {
    ...{ id: row.id, endpoint: row.endpoint, model: row.model, revision: row.revision },
    state: row.state as StoredExperiment['state'],
    frozen: row.frozen === 1,
    spec: EndpointExperimentSpec.parse(JSON.parse(row.spec)),
    arms: JSON.parse(row.arms) as StoredExperiment['arms'],
    progress: JSON.parse(row.progress) as Progress,
    report: row.report === null ? undefined : (JSON.parse(row.report) as ExperimentReport),
    decision: row.decision === null ? undefined : (JSON.parse(row.decision) as ExperimentDecision),
    reason: row.reason ?? undefined,
    actor: JSON.parse(row.actor) as Actor,
    createdAt: row.created_at,
    lookedAt: row.looked_at ?? undefined,
    endedAt: row.ended_at ?? undefined,
  };
}
