import type { RunsAsked } from './use-runs.ts';

/** Where the runs that were asked for are downloaded as a file, with the columns that were asked for. */
export function exportAddress(asked: RunsAsked, format: 'csv' | 'parquet'): string {
  const query = new URLSearchParams({ format, filter: asked.filter, lifecycle: asked.lifecycle });
  for (const id of asked.experiments ?? []) query.append('experiments', id);
  for (const term of asked.orderBy) query.append('orderBy', term);
  for (const kind of ['metrics', 'params', 'tags'] as const) {
    const keys = asked[kind];
    // An empty list in an address is a field without a value.
    if (keys.length === 0) query.append(kind, '');
    else for (const key of keys === 'all' ? ['all'] : keys) query.append(kind, key);
  }
  return `/api/v1/runs/export?${query}`;
}
