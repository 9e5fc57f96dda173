/** Tags and metadata of traces that clients know by name. */
export const traceKeys = {
  name: 'mlflow.traceName',
  /** Where the client finds and puts the files of a trace. */
  files: 'mlflow.artifactLocation',
  /** Whether the server has the spans, or the client must look among the files. */
  spansLocation: 'mlflow.trace.spansLocation',
  spansHere: 'TRACKING_STORE',
  prompts: 'mlflow.linkedPrompts',
  run: 'mlflow.sourceRun',
  session: 'mlflow.trace.session',
  user: 'mlflow.trace.user',
  /** JSON that says how many spans the client sent. */
  size: 'mlflow.trace.sizeStats',
  /** Before the tags of a trace, as attributes of its root. */
  tagPrefix: 'mlflow.traceTag.',
  /** Those the server writes itself. */
  system: new Set(['mlflow.artifactLocation', 'mlflow.trace.spansLocation']),
  /** Those no client may set. */
  refused: new Set(['mlflow.trace.spansLocation', 'mlflow.trace.archiveLocation', 'mlflow.trace.archivalFailure']),
} as const;
