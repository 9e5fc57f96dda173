/** One call of the protocol over REST, below `/v2`. */
export interface Operation {
  method: 'get' | 'post';
  path: string;
  summary: string;
  /** The schema of a request's body, which may be left out unless it is of an inference. */
  body?: string;
  /** The schema of an answer; none where the call is never served. */
  answer?: string;
  /** The schema of an answer with the status 503, where that is no failure. */
  unavailable?: string;
}

const get = (path: string, answer: string, summary: string): Operation => ({ method: 'get', path, summary, answer });
const post = (path: string, answer: string, summary: string): Operation => ({ method: 'post', path, summary, answer });
const refused = (path: string): Operation => ({ method: 'post', path, summary: 'Not served' });

/** The answer that is a page. */
export const page = 'page';

const ofServer: Operation[] = [
  get('', 'ServerMetadata', 'Server metadata'),
  get('/health/live', 'ServerLive', 'Whether the server lives'),
  { ...get('/health/ready', 'ServerReady', 'Whether every model can answer'), unavailable: 'ServerReady' },
  get('/models', 'ModelNames', 'Names of the models'),
  get('/models/stats', 'Stats', 'Statistics of every model'),
  get('/docs', page, 'The protocol on a page'),
  get('/docs/dataplane.json', 'Document', 'This document'),
  get('/trace/setting', 'TraceSettings', 'Settings of tracing'),
  refused('/trace/setting'),
  get('/logging', 'LogSettings', 'Settings of the log'),
  refused('/logging'),
];

const ofModel: Operation[] = [
  get('', 'ModelMetadata', 'Metadata of a model'),
  get('/ready', 'ModelReady', 'Whether a model can answer'),
  get('/config', 'ModelConfig', 'Configuration of a model'),
  get('/stats', 'Stats', 'Statistics of a model'),
  { ...post('/infer', 'InferResponse', 'Inference'), body: 'InferRequest' },
  refused('/generate'),
  refused('/generate_stream'),
  refused('/infer_stream'),
  get('/trace/setting', 'TraceSettings', 'Settings of tracing'),
  refused('/trace/setting'),
];

const documentsOfModel: Operation[] = [
  get('/models/{model}/docs', page, 'The protocol of one model on a page'),
  get('/models/{model}/docs/dataplane.json', 'Document', 'This document of one model'),
];

const ofRepository: Operation[] = [
  { ...post('/index', 'Index', 'State of every model and version'), body: 'IndexRequest' },
  { ...post('/models/{model}/load', 'Loaded', 'Load a model again'), body: 'LoadRequest' },
  { ...post('/models/{model}/unload', 'Unloaded', 'Free a model'), body: 'UnloadRequest' },
];

const ofMemory: Operation[] = [
  get('/status', 'Regions', 'Regions of shared memory: none'),
  post('/unregister', 'Nothing', 'Forget every region'),
  { method: 'get', path: '/region/{region}/status', summary: 'There is no region' },
  post('/region/{region}/unregister', 'Nothing', 'Forget a region'),
  refused('/region/{region}/register'),
];

const below = (root: string, operations: Operation[]): Operation[] =>
  operations.map((operation) => ({ ...operation, path: root + operation.path }));
const ofVersion = ofModel.map((operation) => ({ ...operation, summary: `${operation.summary}, of one version` }));

/** Every call of the protocol over REST. */
export const operations: Operation[] = [
  ...ofServer,
  ...below('/models/{model}', ofModel),
  ...below('/models/{model}/versions/{version}', ofVersion),
  ...documentsOfModel,
  ...below('/repository', ofRepository),
  ...below('/repository/{repository}', ofRepository),
  ...below('/systemsharedmemory', ofMemory),
  ...below('/cudasharedmemory', ofMemory),
];
