import { attributeKind, attributePrefixes, type Vocabulary } from '../../kernel/filter/index.ts';

/** An attribute of a run that filters and orders may name. */
export type Attribute =
  | 'id'
  | 'name'
  | 'status'
  | 'user'
  | 'startedAt'
  | 'endedAt'
  | 'parentRunId'
  | 'experimentId'
  | 'artifacts';

const text = (name: Attribute) => ({ name, type: 'text' }) as const;
const time = (name: Attribute) => ({ name, type: 'time' }) as const;

/** The words of filters over runs. */
export const runVocabulary: Vocabulary = {
  of: 'run',
  prefixes: {
    metrics: 'metric',
    metric: 'metric',
    params: 'param',
    param: 'param',
    parameters: 'param',
    tags: 'tag',
    tag: 'tag',
    datasets: 'dataset',
    dataset: 'dataset',
    ...attributePrefixes,
    run: attributeKind,
  },
  attributes: {
    id: text('id'),
    run_id: text('id'),
    name: text('name'),
    run_name: text('name'),
    'run name': text('name'),
    status: text('status'),
    user: text('user'),
    user_id: text('user'),
    startedat: time('startedAt'),
    start_time: time('startedAt'),
    created: time('startedAt'),
    endedat: time('endedAt'),
    end_time: time('endedAt'),
    parentrunid: text('parentRunId'),
    parent_run_id: text('parentRunId'),
    experimentid: text('experimentId'),
    experiment_id: text('experimentId'),
    artifacts: text('artifacts'),
    artifact_uri: text('artifacts'),
  },
  numeric: ['metric'],
  keys: { dataset: { name: 'text', digest: 'text', context: 'text' } },
  unordered: ['dataset'],
};
