import type { Observations } from '../serving/index.ts';
import type { Column } from './drift/sample.ts';
import type { ObservationSource, Reference, ReferenceSource } from './ports.ts';
import type { MonitorSpec } from './schema.ts';
import { columnOf } from './window-rows.ts';

/** The most rows that a window or a pinned reference is judged on: an even sample where there are more. */
export const maxRows = 100_000;

const kept = 16;

/** Finds what a version is compared with and keeps the last few, so that their columns are prepared once. */
export function createReferences(source: ReferenceSource, log: ObservationSource) {
  const cache = new Map<string, Reference>();
  return {
    /** Nothing when the version has no stored profile, or the pinned window no rows. */
    async of(
      spec: MonitorSpec,
      { model, version, windowToAt }: { model: string; version: number; windowToAt: number },
    ): Promise<Reference | undefined> {
      const { reference: wanted, endpoint } = spec;
      const pinned = wanted.from === 'window' ? `${endpoint} ${wanted.fromAt} ${wanted.toAt}` : undefined;
      const key = pinned ?? `${version}@${model}`;
      const known = cache.get(key);
      if (known) return known;
      const found =
        wanted.from === 'window'
          ? await pinnedWindow(log, { endpoint, fromAt: wanted.fromAt, toAt: wanted.toAt })
          : await source.profile(model, version);
      // A pinned window that is still filling up is read again.
      const isWhole = wanted.from === 'training' || Date.parse(wanted.toAt) <= windowToAt;
      if (found && isWhole) cache.set(key, found);
      for (const oldest of cache.keys()) if (cache.size > kept) cache.delete(oldest);
      return found;
    },
  };
}

/** See `createReferences`. */
export type References = ReturnType<typeof createReferences>;

async function pinnedWindow(
  log: ObservationSource,
  { endpoint, fromAt, toAt }: { endpoint: string; fromAt: string; toAt: string },
): Promise<Reference | undefined> {
  const [from, to] = [Date.parse(fromAt), Date.parse(toAt)];
  const rows = await log.observations({ endpoint, from, to, limit: maxRows, includeFailed: false });
  if (rows.rows === 0) return undefined;
  return {
    task: null,
    positive: null,
    label: `predictions from ${fromAt} to ${toAt}`,
    features: columnsOf(rows.features, rows.rows),
    outputs: columnsOf({ score: { type: 'number', values: rows.score }, ...rows.outputs }, rows.rows),
    score: rows.score,
    truth: rows.label,
  };
}

function columnsOf(columns: Observations['features'], rows: number): Record<string, Column> {
  const all = Int32Array.from({ length: rows }, (_, row) => row);
  const entries = Object.entries(columns).map(([name, column]) => {
    return [name, columnOf(column, all, { type: column.type === 'number' ? 'numeric' : 'category' })] as const;
  });
  return Object.fromEntries(entries);
}
