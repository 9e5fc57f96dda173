import type { Queries } from '../../../database/database.ts';
import type { ServingTables } from '../tables.ts';

/** A named value that feedback gave to a prediction. */
export interface StoredValue {
  predictionId: string;
  name: string;
  endpoint: string;
  predictedAt: number;
  value: number | string | boolean;
  recordedAt: number;
}

/** Named values by prediction. */
export type ValuesById = Map<string, Record<string, number | string | boolean>>;

const rowsAtOnce = 200;
const idsAtOnce = 500;

/** All SQL of the named values of feedback. */
export function createValueStore(queries: Queries) {
  const db = queries.withTables<ServingTables>();
  return {
    /** Writes values, the last of a prediction and name winning; those in one call must differ. */
    async upsert(values: readonly StoredValue[]): Promise<void> {
      for (let from = 0; from < values.length; from += rowsAtOnce) {
        await db
          .insertInto('prediction_value')
          .values(values.slice(from, from + rowsAtOnce).map(toRow))
          .onConflict((conflict) =>
            conflict
              .columns(['prediction_id', 'name'])
              .doUpdateSet((row) => ({
                value: row.ref('excluded.value'),
                recorded_at: row.ref('excluded.recorded_at'),
              }))
              .where((row) => row('prediction_value.value', '!=', row.ref('excluded.value'))),
          )
          .execute();
      }
    },

    /** The values of predictions, by their ids. */
    async of(predictionIds: readonly string[]): Promise<ValuesById> {
      const found: ValuesById = new Map();
      for (let from = 0; from < predictionIds.length; from += idsAtOnce) {
        const part = predictionIds.slice(from, from + idsAtOnce);
        const query = db.selectFrom('prediction_value').selectAll().where('prediction_id', 'in', part);
        gatherValues(await query.orderBy('name').execute(), found);
      }
      return found;
    },

    /** The values of predictions of a range of event time, both ends included. */
    async range(endpoint: string, range: { from: number; to: number }): Promise<ValuesById> {
      const query = db.selectFrom('prediction_value').selectAll().where('endpoint', '=', endpoint);
      const rows = await query
        .where('predicted_at', '>=', range.from)
        .where('predicted_at', '<=', range.to)
        .orderBy('name')
        .execute();
      return gatherValues(rows, new Map());
    },

    async removeBefore(endpoint: string, before: number): Promise<void> {
      const values = db.deleteFrom('prediction_value').where('endpoint', '=', endpoint);
      await values.where('predicted_at', '<', before).execute();
    },
  };
}

function gatherValues(
  rows: readonly { prediction_id: string; name: string; value: string }[],
  found: ValuesById,
): ValuesById {
  for (const { prediction_id: id, name, value } of rows) {
    const values = found.get(id) ?? {};
    // Names are plain words, but one may be `__proto__`.
    Object.defineProperty(values, name, { value: JSON.parse(value), enumerable: true, configurable: true });
    found.set(id, values);
  }
  return found;
}

function toRow(value: StoredValue): ServingTables['prediction_value'] {
  return {
    prediction_id: value.predictionId,
    name: value.name,
    endpoint: value.endpoint,
    predicted_at: value.predictedAt,
    value: JSON.stringify(value.value),
    recorded_at: value.recordedAt,
  };
}
