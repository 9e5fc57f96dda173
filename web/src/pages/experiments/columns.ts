import type { Schemas } from '../../api.ts';
import { formatDuration, formatNumber } from '../../components/format.ts';

type Run = Schemas['Run'];
type RunColumns = Schemas['RunColumns'];

/** A column of the table of runs, by an id such as `metrics.auc`, `params.depth`, `startedAt`. */
export interface RunColumn {
  id: string;
  title: string;
  kind: 'metrics' | 'params' | 'tags' | 'field';
  key: string;
  numeric: boolean;
  /** What to order by; absent where the server has no order for it. */
  order?: string;
}

const fields: Record<string, { title: string; order?: string; numeric?: boolean }> = {
  status: { title: 'State', order: 'status' },
  startedAt: { title: 'Started', order: 'startedAt' },
  endedAt: { title: 'Ended', order: 'endedAt' },
  durationMs: { title: 'Took', numeric: true },
  user: { title: 'User', order: 'user' },
  id: { title: 'Id', order: 'id' },
  name: { title: 'Run', order: 'name' },
};

/** The fields that can be columns, apart from the name, which always is one. */
export const fieldColumns = Object.keys(fields).filter((id) => id !== 'name');

/** The column of an id. */
export function columnOf(id: string): RunColumn {
  const [, kind, key] = /^(metrics|params|tags)\.(.+)$/s.exec(id) ?? [];
  if (kind !== undefined && key !== undefined) {
    const numeric = kind === 'metrics';
    return { id, title: key, kind: kind as 'metrics', key, numeric, order: `${kind}.\`${key}\`` };
  }
  const { title, order, numeric = false } = fields[id] ?? { title: id };
  return { id, title, kind: 'field', key: id, numeric, ...(order !== undefined && { order }) };
}

/** What a run has in a column, as a number where it is one; undefined where it has nothing. */
export function valueIn(run: Run, { kind, key }: RunColumn): string | number | undefined {
  if (kind === 'metrics') return run.metrics[key]?.value as number | undefined;
  if (kind === 'params' || kind === 'tags') return run[kind][key];
  if (key === 'durationMs') return tookMs(run) ?? undefined;
  return (run as unknown as Record<string, string | undefined>)[key] ?? undefined;
}

/** How long a run took, or has been running so far. */
export function tookMs({ startedAt, endedAt, status }: Pick<Run, 'startedAt' | 'endedAt' | 'status'>): number | null {
  if (endedAt) return Date.parse(endedAt) - Date.parse(startedAt);
  return status === 'RUNNING' ? Math.max(0, Date.now() - Date.parse(startedAt)) : null;
}

/** A value of a column as text; NaN and ±Infinity by name. */
export function textOf({ key }: RunColumn, value: string | number | undefined): string {
  if (value === undefined) return '–';
  if (key === 'durationMs') return formatDuration(value as number);
  return typeof value === 'number' ? numberText(value) : value;
}

/** A number with four digits that matter; NaN and ±Infinity by name. */
export function numberText(value: number): string {
  return Number.isFinite(value) ? formatNumber(value) : String(value).replace('Infinity', '∞');
}

const preferred = ['roc_auc_score', 'log_loss', 'accuracy_score', 'f1_score', 'r2_score', 'root_mean_squared_error'];
const [shownMetrics, shownParams] = [5, 4];

/** The columns shown unless others are chosen: state, the metrics and parameters that most runs have, length, start. */
export function usualColumns({ metrics, params }: Pick<RunColumns, 'metrics' | 'params'>): string[] {
  const place = (key: string) => (preferred.includes(key) ? preferred.indexOf(key) : preferred.length);
  const most = Math.max(0, ...metrics.map(({ runs }) => runs));
  const first = metrics
    .filter(({ key, runs }) => !isSystem(key) && runs >= most / 5)
    .sort((a, b) => place(a.key) - place(b.key) || b.runs - a.runs || inOrder(a.key, b.key));
  return [
    'status',
    ...first.slice(0, shownMetrics).map(({ key }) => `metrics.${key}`),
    ...params.slice(0, shownParams).map(({ key }) => `params.${key}`),
    'durationMs',
    'startedAt',
  ];
}

/** Whether a metric is of the machine rather than of the model. */
export const isSystem = (key: string) => key.startsWith('system/');

/** The order after a click on a column's head: descending first for numbers and times, then the other way, then none. */
export function nextOrder(column: RunColumn, now: string | undefined): string | undefined {
  if (column.order === undefined) return now;
  const first = column.numeric || column.id.endsWith('At') ? 'desc' : 'asc';
  const second = first === 'desc' ? 'asc' : 'desc';
  if (now === `${column.order} ${first}`) return `${column.order} ${second}`;
  return now === `${column.order} ${second}` ? undefined : `${column.order} ${first}`;
}

/** Compares names as people count: `layer_2` comes before `layer_10`. */
export function inOrder(a: string, b: string): number {
  return a.localeCompare(b, undefined, { numeric: true });
}
