import type { Migration } from '../migration.ts';

/** Feedback by entity, and where logged predictions are sent. */
export const predictionLog: Migration = {
  name: '0026-prediction-log',
  async up() {},
};
