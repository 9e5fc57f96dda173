import { attributePrefixes, type Vocabulary } from '../../kernel/filter/index.ts';

/** An attribute of a model that filters and orders may name. */
export type ModelAttribute = 'name' | 'createdAt' | 'updatedAt';
/** An attribute of a version that filters and orders may name. */
export type VersionAttribute =
  | 'model'
  | 'number'
  | 'runId'
  | 'loggedModelId'
  | 'origin'
  | 'stage'
  | 'format'
  | 'createdBy'
  | 'createdAt'
  | 'updatedAt';

const prefixes = { tags: 'tag', tag: 'tag', ...attributePrefixes };
const text = <T>(name: T) => ({ name, type: 'text' }) as const;
const time = <T>(name: T) => ({ name, type: 'time' }) as const;

const times = {
  createdat: time('createdAt'),
  creation_timestamp: time('createdAt'),
  creation_time: time('createdAt'),
  updatedat: time('updatedAt'),
  last_updated_timestamp: time('updatedAt'),
  timestamp: time('updatedAt'),
} as const;

/** The words of filters over models. */
export const modelVocabulary: Vocabulary = {
  of: 'model',
  prefixes,
  attributes: { name: text<ModelAttribute>('name'), ...times },
};

/** The words of filters over versions. */
export const versionVocabulary: Vocabulary = {
  of: 'model version',
  prefixes,
  attributes: {
    model: text<VersionAttribute>('model'),
    name: text('model'),
    number: { name: 'number', type: 'number' },
    version: { name: 'number', type: 'number' },
    version_number: { name: 'number', type: 'number' },
    runid: text('runId'),
    run_id: text('runId'),
    loggedmodelid: text('loggedModelId'),
    model_id: text('loggedModelId'),
    origin: text('origin'),
    source_path: text('origin'),
    stage: text('stage'),
    current_stage: text('stage'),
    format: text('format'),
    createdby: text('createdBy'),
    user_id: text('createdBy'),
    ...times,
  },
};
