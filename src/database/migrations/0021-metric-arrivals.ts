import type { Migration } from '../migration.ts';

/** Where points of many metrics at once wait for their place in the clustered table: in the order they came, so that writing is cheap. */
export const metricArrivals: Migration = {
  name: '0021-metric-arrivals',
  async up(db) {
    await db.schema
      .createTable('metric_arrival')
      .addColumn('run_number', 'bigint', (column) => column.notNull())
      .addColumn('key_id', 'bigint', (column) => column.notNull())
      .addColumn('step', 'bigint', (column) => column.notNull())
      .addColumn('at', 'bigint', (column) => column.notNull())
      .addColumn('value', 'double precision', (column) => column.notNull())
      .addColumn('is_nan', 'integer', (column) => column.notNull())
      .execute();
  },
};
