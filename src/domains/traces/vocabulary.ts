import { attributeKind, attributePrefixes, type Vocabulary } from '../../kernel/filter/index.ts';

/** An attribute of a trace that filters and orders may name. */
export type Attribute =
  | 'id'
  | 'experimentId'
  | 'name'
  | 'state'
  | 'requestedAt'
  | 'durationMs'
  | 'endedAt'
  | 'clientRequestId'
  | 'runId'
  | 'prompt'
  | 'text';

const text = (name: Attribute) => ({ name, type: 'text' }) as const;
const time = (name: Attribute) => ({ name, type: 'time' }) as const;
const number = (name: Attribute) => ({ name, type: 'number' }) as const;

/** The words of filters over traces. */
export const traceVocabulary: Vocabulary = {
  of: 'trace',
  prefixes: {
    tags: 'tag',
    tag: 'tag',
    metadata: 'metadata',
    request_metadata: 'metadata',
    trace_metadata: 'metadata',
    span: 'span',
    spans: 'span',
    feedback: 'feedback',
    expectation: 'expectation',
    issue: 'issue',
    ...attributePrefixes,
    trace: attributeKind,
  },
  attributes: {
    id: text('id'),
    request_id: text('id'),
    trace_id: text('id'),
    name: text('name'),
    status: text('state'),
    state: text('state'),
    timestamp: time('requestedAt'),
    timestamp_ms: time('requestedAt'),
    request_time: time('requestedAt'),
    requestedat: time('requestedAt'),
    execution_time: number('durationMs'),
    execution_time_ms: number('durationMs'),
    durationms: number('durationMs'),
    end_time: time('endedAt'),
    end_time_ms: time('endedAt'),
    endedat: time('endedAt'),
    client_request_id: text('clientRequestId'),
    clientrequestid: text('clientRequestId'),
    run_id: text('runId'),
    runid: text('runId'),
    experiment_id: text('experimentId'),
    experimentid: text('experimentId'),
    prompt: text('prompt'),
    text: text('text'),
  },
  keys: { issue: { id: 'text' } },
  regular: true,
  mixed: ['feedback', 'expectation'],
  unordered: ['span', 'feedback', 'expectation', 'issue'],
};
