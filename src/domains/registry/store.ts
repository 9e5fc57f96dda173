import type { Queries } from '../../database/database.ts';
import { createModelStore } from './model-store.ts';
import { createPromotionStore } from './promotion-store.ts';
import { createVersionStore } from './version-store.ts';

/** All SQL of the registry. */
export function createRegistryStore(queries: Queries) {
  return {
    models: createModelStore(queries),
    versions: createVersionStore(queries),
    promotions: createPromotionStore(queries),
  };
}
