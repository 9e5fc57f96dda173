import type { Kysely, Selectable } from 'kysely';
import type { Queries } from '../../../database/database.ts';
import type { ServingTables } from '../tables.ts';

/** A label as it is stored. */
export interface StoredLabel {
  predictionId: string;
  endpoint: string;
  /** Event time of the prediction. */
  predictedAt: number;
  label: number | string | boolean;
  /** Event time of the label. */
  labelledAt: number;
  /** Wall-clock time of its arrival. */
  recordedAt: number;
}

const rowsAtOnce = 200;
const idsAtOnce = 500;

/** All SQL of feedback. */
export function createLabelStore(queries: Queries) {
  const db = queries.withTables<ServingTables>();
  return {
    async removeLabels(endpoint: string, before: number): Promise<void> {
      const labels = db.deleteFrom('prediction_feedback').where('endpoint', '=', endpoint);
      await labels.where('predicted_at', '<', before).execute();
    },

    /** Which of these predictions have a label already. */
    labelled: (predictionIds: readonly string[]) => labelledOf(db, predictionIds),

    /** Writes labels, the last of a prediction winning; ids in one call must differ. */
    async upsertLabels(labels: readonly StoredLabel[]): Promise<void> {
      for (let from = 0; from < labels.length; from += rowsAtOnce) {
        await db
          .insertInto('prediction_feedback')
          .values(labels.slice(from, from + rowsAtOnce).map(labelRow))
          .onConflict((conflict) =>
            conflict
              .column('prediction_id')
              .doUpdateSet((row) => ({
                label: row.ref('excluded.label'),
                labelled_at: row.ref('excluded.labelled_at'),
                recorded_at: row.ref('excluded.recorded_at'),
                versions: row('prediction_feedback.versions', '+', 1),
              }))
              .where((row) =>
                row.or([
                  row('prediction_feedback.label', '!=', row.ref('excluded.label')),
                  row('prediction_feedback.labelled_at', '!=', row.ref('excluded.labelled_at')),
                ]),
              ),
          )
          .execute();
      }
    },

    async labels(endpoint: string, range: { from: number; to: number }): Promise<StoredLabel[]> {
      const rows = await db
        .selectFrom('prediction_feedback')
        .selectAll()
        .where('endpoint', '=', endpoint)
        .where('predicted_at', '>=', range.from)
        .where('predicted_at', '<=', range.to)
        .execute();
      return rows.map(toLabel);
    },

    count: (endpoint: string, ranges: readonly { from: number; to: number }[]) => countLabels(db, endpoint, ranges),

    /** The labels of predictions, by their ids. */
    labelsOf: (predictionIds: readonly string[]) => labelsOf(db, predictionIds),

    async label(predictionId: string): Promise<StoredLabel | undefined> {
      const query = db.selectFrom('prediction_feedback').selectAll().where('prediction_id', '=', predictionId);
      const row = await query.executeTakeFirst();
      return row && toLabel(row);
    },
  };
}

/** How many predictions of an endpoint have a label, by ranges of event time (the end not included). */
async function countLabels(
  db: Kysely<ServingTables>,
  endpoint: string,
  ranges: readonly { from: number; to: number }[],
): Promise<number[]> {
  const counts: number[] = [];
  for (const { from, to } of ranges) {
    const row = await db
      .selectFrom('prediction_feedback')
      .select((e) => e.fn.countAll().as('labels'))
      .where('endpoint', '=', endpoint)
      .where('predicted_at', '>=', from)
      .where('predicted_at', '<', to)
      .executeTakeFirst();
    counts.push(Number(row?.labels ?? 0));
  }
  return counts;
}

function labelRow(label: StoredLabel): ServingTables['prediction_feedback'] {
  return {
    prediction_id: label.predictionId,
    endpoint: label.endpoint,
    predicted_at: label.predictedAt,
    label: JSON.stringify(label.label),
    labelled_at: label.labelledAt,
    recorded_at: label.recordedAt,
    first_recorded_at: label.recordedAt,
    versions: 1,
  };
}

function toLabel(row: Selectable<ServingTables['prediction_feedback']>): StoredLabel {
  return {
    predictionId: row.prediction_id,
    endpoint: row.endpoint,
    predictedAt: row.predicted_at,
    label: JSON.parse(row.label) as StoredLabel['label'],
    labelledAt: row.labelled_at,
    recordedAt: row.recorded_at,
  };
}

async function labelsOf(
  db: Kysely<ServingTables>,
  predictionIds: readonly string[],
): Promise<Map<string, StoredLabel>> {
  const found = new Map<string, StoredLabel>();
  for (let from = 0; from < predictionIds.length; from += idsAtOnce) {
    const part = predictionIds.slice(from, from + idsAtOnce);
    const query = db.selectFrom('prediction_feedback').selectAll().where('prediction_id', 'in', part);
    for (const row of await query.execute()) found.set(row.prediction_id, toLabel(row));
  }
  return found;
}

async function labelledOf(db: Kysely<ServingTables>, predictionIds: readonly string[]): Promise<Set<string>> {
  const found = new Set<string>();
  for (let from = 0; from < predictionIds.length; from += 500) {
    const part = predictionIds.slice(from, from + 500);
    const query = db.selectFrom('prediction_feedback').select('prediction_id');
    for (const row of await query.where('prediction_id', 'in', part).execute()) found.add(row.prediction_id);
  }
  return found;
}
