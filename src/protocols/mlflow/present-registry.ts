import type { Model, ModelVersion } from '../../domains/registry/index.ts';
import { versionArtifactUriOf } from './artifact-locations.ts';
import { showStage } from './registry-words.ts';

/** A model as the protocol shows it, with the newest version of each stage. */
export function presentModel(model: Model, newest: readonly ModelVersion[]) {
  return {
    name: model.name,
    creation_timestamp: model.createdAt,
    last_updated_timestamp: model.updatedAt,
    ...(model.description !== '' && { description: model.description }),
    ...filled('latest_versions', newest.map(presentVersion)),
    ...filled('tags', presentTags(model.tags)),
    ...filled(
      'aliases',
      Object.entries(model.aliases).map(([alias, version]) => ({ alias, version: String(version) })),
    ),
  };
}

/** A version as the protocol shows it; it is ready from the beginning, since clients would wait for what is not. */
export function presentVersion(version: ModelVersion) {
  return {
    name: version.model,
    version: String(version.number),
    creation_timestamp: version.createdAt,
    last_updated_timestamp: version.updatedAt,
    user_id: version.createdBy,
    current_stage: showStage(version.stage),
    description: version.description,
    source: sourceOf(version),
    run_id: version.source.runId ?? '',
    status: 'READY',
    run_link: version.runLink,
    ...filled('tags', presentTags(version.tags)),
    ...filled('aliases', version.aliases),
  };
}

/** What the one who registered it said, or for versions that came another way, where they are here. */
function sourceOf(version: ModelVersion): string {
  return version.origin || versionArtifactUriOf(version.id);
}

function presentTags(tags: Record<string, string>) {
  return Object.entries(tags).map(([key, value]) => ({ key, value }));
}

/** Lists without items are left out. */
function filled<K extends string, T>(name: K, items: readonly T[]): Partial<Record<K, readonly T[]>> {
  return items.length > 0 ? ({ [name]: items } as Record<K, readonly T[]>) : {};
}
