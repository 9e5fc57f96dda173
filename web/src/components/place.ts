interface Subject {
  kind: string;
  id: string;
  name?: string | undefined;
}

const ofName: Record<string, string> = {
  dataset: '/data',
  pipeline: '/pipelines',
  model: '/models',
  endpoint: '/endpoints',
  rollout: '/endpoints',
  feedback: '/endpoints',
  monitor: '/monitoring',
  alert: '/monitoring',
};

/** The page that shows what an event is about; undefined when none does. */
export function placeOf({ kind, id, name }: Subject): string | undefined {
  if (kind === 'pipeline-run') return `/pipeline-runs/${encodeURIComponent(id)}`;
  if (kind === 'dataset-version') return name && `/data/${encodeURIComponent(name.slice(0, name.lastIndexOf('@')))}`;
  if (kind === 'model-version' || kind === 'approval')
    return name && `/models/${encodeURIComponent(name.split('/')[0]!)}`;
  if (kind === 'gate') return '/models';
  if (kind === 'run') return `/runs/${encodeURIComponent(id)}`;
  if (kind === 'experiment') return '/experiments';
  if (kind === 'retraining' || kind === 'retraining-policy') return '/monitoring';
  const base = ofName[kind];
  return base && `${base}/${encodeURIComponent(name ?? id)}`;
}
