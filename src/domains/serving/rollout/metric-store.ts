import type { Queries } from '../../../database/database.ts';
import type { ServingTables } from '../tables.ts';
import type { Measurement, MetricState } from './metric-schema.ts';

/** How many measurements of a metric are kept. */
export const keptMeasurements = 200;

/** Which measurements to read: the newest `limit`. */
export interface MeasurementQuery {
  rolloutId: string;
  metric?: string | undefined;
  limit: number;
}

/** All SQL of the metrics of rollouts. */
export function createMetricStore(queries: Queries) {
  const db = queries.withTables<ServingTables>();
  return {
    async states(rolloutId: string): Promise<MetricState[]> {
      const rows = await db
        .selectFrom('rollout_metric')
        .select('state')
        .where('rollout_id', '=', rolloutId)
        .orderBy('name')
        .execute();
      return rows.map((row) => JSON.parse(row.state) as MetricState);
    },

    /** Keeps a state that follows one measured `before` times (undefined: none yet); gives whether nobody else was first. */
    async putState(rolloutId: string, state: MetricState, before: number | undefined): Promise<boolean> {
      const columns = { measured: state.measured, state: JSON.stringify(state) };
      if (before === undefined) {
        const made = await db
          .insertInto('rollout_metric')
          .values({ rollout_id: rolloutId, name: state.name, ...columns })
          .onConflict((conflict) => conflict.columns(['rollout_id', 'name']).doNothing())
          .executeTakeFirst();
        return Number(made.numInsertedOrUpdatedRows ?? 0) > 0;
      }
      const result = await db
        .updateTable('rollout_metric')
        .set(columns)
        .where('rollout_id', '=', rolloutId)
        .where('name', '=', state.name)
        .where('measured', '=', before)
        .executeTakeFirst();
      return Number(result.numUpdatedRows) > 0;
    },
  };
}

/** All SQL of what the metrics of rollouts measured. */
export function createMeasurementStore(queries: Queries) {
  const db = queries.withTables<ServingTables>();
  return {
    /** Keeps a measurement, the `number`-th of its metric, and forgets the one that is too old. */
    async addMeasurement(rolloutId: string, measurement: Measurement, number: number): Promise<void> {
      const { id, metric } = measurement;
      await db
        .insertInto('rollout_measurement')
        .values({ id, rollout_id: rolloutId, metric, number, measured: JSON.stringify(measurement) })
        .execute();
      await db
        .deleteFrom('rollout_measurement')
        .where('rollout_id', '=', rolloutId)
        .where('metric', '=', metric)
        .where('number', '<=', number - keptMeasurements)
        .execute();
    },

    async measurements({ rolloutId, metric, limit }: MeasurementQuery): Promise<Measurement[]> {
      const rows = await db
        .selectFrom('rollout_measurement')
        .select('measured')
        .where('rollout_id', '=', rolloutId)
        .$if(metric !== undefined, (query) => query.where('metric', '=', metric!))
        .orderBy('id', 'desc')
        .limit(limit)
        .execute();
      return rows.map((row) => JSON.parse(row.measured) as Measurement).reverse();
    },
  };
}
