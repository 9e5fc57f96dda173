import { fail } from '../../kernel/errors.ts';
import { attributeKind, attributePrefixes, type Field, type Vocabulary } from '../../kernel/filter/index.ts';

/** The words that filters over logged models may use. */
export const modelVocabulary: Vocabulary = {
  of: 'logged model',
  prefixes: {
    metrics: 'metric',
    metric: 'metric',
    params: 'param',
    param: 'param',
    parameters: 'param',
    tags: 'tag',
    tag: 'tag',
    ...attributePrefixes,
  },
  attributes: {
    id: { name: 'id', type: 'text' },
    model_id: { name: 'id', type: 'text' },
    name: { name: 'name', type: 'text' },
    model_name: { name: 'name', type: 'text' },
    type: { name: 'type', type: 'text' },
    model_type: { name: 'type', type: 'text' },
    status: { name: 'status', type: 'text' },
    sourcerunid: { name: 'sourceRunId', type: 'text' },
    source_run_id: { name: 'sourceRunId', type: 'text' },
    experimentid: { name: 'experimentId', type: 'text' },
    experiment_id: { name: 'experimentId', type: 'text' },
    createdat: { name: 'createdAt', type: 'time' },
    creation_time: { name: 'createdAt', type: 'time' },
    creation_timestamp: { name: 'createdAt', type: 'time' },
    creation_timestamp_ms: { name: 'createdAt', type: 'time' },
    updatedat: { name: 'updatedAt', type: 'time' },
    last_updated_time: { name: 'updatedAt', type: 'time' },
    last_updated_timestamp: { name: 'updatedAt', type: 'time' },
    last_updated_timestamp_ms: { name: 'updatedAt', type: 'time' },
  },
  numeric: ['metric'],
  bareTexts: true,
};

/** The column of each attribute. */
export const modelColumns: Record<string, string> = {
  id: 'logged_model.id',
  name: 'logged_model.name',
  type: 'logged_model.type',
  status: 'logged_model.status',
  sourceRunId: 'logged_model.source_run_id',
  experimentId: 'logged_model.experiment_id',
  createdAt: 'logged_model.created_at',
  updatedAt: 'logged_model.updated_at',
};

/**
 * The field that an order names: what follows the first dot is the key as it is, in backticks or not.
 * Fails with `invalid_query`.
 */
export function orderFieldOf(name: string): Field {
  const { prefixes, attributes } = modelVocabulary;
  const dot = name.indexOf('.');
  const prefix = name.slice(0, Math.max(0, dot)).toLowerCase();
  const kind = dot < 0 ? attributeKind : Object.hasOwn(prefixes, prefix) ? prefixes[prefix]! : undefined;
  const key = name.slice(dot + 1).replace(/^([`"])(.+)\1$/s, '$2');
  if (kind !== undefined && kind !== attributeKind && key !== '') {
    return { kind, key, type: kind === 'metric' ? 'number' : 'text' };
  }
  const known = kind === attributeKind && Object.hasOwn(attributes, key.toLowerCase());
  if (!known) fail('invalid_query', `Invalid order by field name: ${name}`, { field: 'orderBy', value: name });
  const { name: attribute, type } = attributes[key.toLowerCase()]!;
  return { kind: attributeKind, key: attribute, type };
}
