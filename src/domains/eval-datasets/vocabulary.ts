import { attributePrefixes, type Vocabulary } from '../../kernel/filter/index.ts';

const text = (name: string) => ({ name, type: 'text' }) as const;
const time = (name: string) => ({ name, type: 'time' }) as const;

/** The words of filters over evaluation datasets. */
export const evalDatasetVocabulary: Vocabulary = {
  of: 'dataset',
  prefixes: { tags: 'tag', tag: 'tag', ...attributePrefixes },
  attributes: {
    id: text('id'),
    dataset_id: text('id'),
    name: text('name'),
    createdat: time('createdAt'),
    created_time: time('createdAt'),
    updatedat: time('updatedAt'),
    last_update_time: time('updatedAt'),
    createdby: text('createdBy'),
    created_by: text('createdBy'),
    updatedby: text('updatedBy'),
    last_updated_by: text('updatedBy'),
  },
  unordered: ['tag'],
};

/** The column of each attribute. */
export const evalDatasetColumns: Record<string, string> = {
  id: 'eval_dataset.id',
  name: 'eval_dataset.name',
  createdAt: 'eval_dataset.created_at',
  updatedAt: 'eval_dataset.updated_at',
  createdBy: 'eval_dataset.created_by',
  updatedBy: 'eval_dataset.updated_by',
};
