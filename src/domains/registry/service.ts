import { decodePageToken, toPage } from '../../kernel/page.ts';
import { modelOf, type RegistryDeps } from './deps.ts';
import { createRegistryImport } from './import.ts';
import { createModels } from './models.ts';
import { checkPromotion, removeAlias, setAlias, setStage } from './promote.ts';
import type { HistoryRows } from './promotion-store.ts';
import type { Promotions, Registry } from './registry.ts';
import { createRegistryStore } from './store.ts';
import { createVersions } from './versions.ts';

/** Makes the registry over the platform's parts. */
export function createRegistry(deps: RegistryDeps): Registry {
  return {
    models: createModels(deps),
    versions: createVersions(deps),
    promotions: createPromotions(deps),
    importing: createRegistryImport(deps),
  };
}

function createPromotions(deps: RegistryDeps): Promotions {
  const { query } = deps.database;
  const store = createRegistryStore(query).promotions;
  return {
    setAlias: (actor, move) => setAlias(deps, actor, move),
    removeAlias: (actor, move) => removeAlias(deps, actor, move),
    setStage: (actor, change) => setStage(deps, actor, change),
    check: (actor, promotion) => checkPromotion(deps, actor, promotion),
    async aliasHistory({ model, alias, limit, pageToken }) {
      const { id } = await modelOf(query, model);
      const rows = await store.aliasMoves(id, { alias, after: readAfter(pageToken, 'string'), limit: limit + 1 });
      return toPage(rows, limit, (row) => [row.at, row.alias, row.sequence]);
    },
    async stageHistory({ model, version, limit, pageToken }) {
      const { id } = await modelOf(query, model);
      const rows = await store.stageChanges(id, { version, after: readAfter(pageToken, 'number'), limit: limit + 1 });
      return toPage(rows, limit, (row) => [row.at, row.version, row.sequence]);
    },
    stageAt: async (model, stage, at) => store.stageAt((await modelOf(query, model)).id, stage, at),
    aliasAt: async (model, alias, at) =>
      (await store.aliasAt((await modelOf(query, model)).id, alias, at)) ?? undefined,
  };
}

function readAfter(token: string | undefined, type: 'string' | 'number'): HistoryRows['after'] {
  if (token === undefined) return undefined;
  const [at, of, sequence] = decodePageToken(token, ['number', type, 'number']);
  return [Number(at), of!, Number(sequence)];
}
