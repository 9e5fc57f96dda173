/**
 * The address here of an address as MLflow's client prints it, such as `#/experiments/1/runs/abc`; undefined for any other.
 */
export function fromMlflowAddress(hash: string): string | undefined {
  const [path = '', query = ''] = hash.replace(/^#/, '').split('?');
  const parts = path.split('/').filter((part) => part !== '');
  const [first, second, third, fourth] = parts;
  if (first === 'experiments' && third === 'runs' && fourth) return `/runs/${fourth}`;
  if (first === 'experiments' && second) return `/experiments?experiment=${second}`;
  if (first === 'experiments') return '/experiments';
  if (first === 'models' && second)
    return `/models/${second}${third === 'versions' && fourth ? `?version=${fourth}` : ''}`;
  if (first === 'models') return '/models';
  if (first !== 'compare-runs') return undefined;
  const runs = new URLSearchParams(query).get('runs') ?? '[]';
  return `/compare?runs=${encodeURIComponent(runs.replaceAll(/["[\]\s]/g, ''))}`;
}
