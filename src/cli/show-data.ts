import type { OutputOf } from '@tidemill/sdk';
import { type Column, colour, count, table } from './output.ts';

type Profile = OutputOf<'/api/v1/datasets/{name}/versions/{version}/profile', 'get'>;
type ColumnProfile = Profile['columns'][number];
type Judged = OutputOf<'/api/v1/datasets/{name}/validate', 'post'>;
type Diff = OutputOf<'/api/v1/datasets/{name}/diff', 'get'>;
type Row = Record<string, unknown>;

/** A value in a cell: numbers to six digits, long texts cut. */
export function cell(value: unknown): string {
  if (value === null || value === undefined) return '–';
  if (typeof value === 'number') return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(6)));
  if (Array.isArray(value) && value.length < 10) return `[${value.map(cell).join(', ')}]`;
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  const oneLine = text.replaceAll(/\s+/g, ' ');
  return oneLine.length > 40 ? `${oneLine.slice(0, 39)}…` : oneLine;
}

/** A profile as a table, a column a line. */
export function showProfile({ rows, columns }: Profile): string {
  const share = (nulls: number) => (rows === 0 ? '–' : `${Number(((100 * nulls) / rows).toFixed(1))} %`);
  const shown: Column<ColumnProfile>[] = [
    { title: 'column', show: (one) => one.name },
    { title: 'type', show: (one) => one.type },
    { title: 'null', align: 'right', show: (one) => share(one.nulls) },
    { title: 'distinct', align: 'right', show: (one) => count(one.distinct) },
    { title: 'min', align: 'right', show: (one) => cell(one.min) },
    { title: 'median', align: 'right', show: (one) => cell(one.quantiles?.['0.5']) },
    { title: 'mean', align: 'right', show: (one) => cell(one.mean) },
    { title: 'max', align: 'right', show: (one) => cell(one.max) },
    {
      title: 'most frequent',
      show: (one) =>
        (one.top ?? [])
          .slice(0, 3)
          .map((top) => `${cell(top.value)} (${count(top.count)})`)
          .join(', '),
    },
  ];
  return `${count(rows)} rows\n${table(columns, shown)}`;
}

/** The checks of a validation, the broken ones with what was found. */
export function showChecks({ dataset, version, outcome, checks }: Judged): string {
  const mark = (check: Judged['checks'][number]) => {
    if (check.passed) return colour.green('ok   ');
    return check.severity === 'error' ? colour.red('error') : colour.yellow('warn ');
  };
  const lines = checks.map((check) => `${mark(check)} ${check.rule}: ${check.message}`);
  return [...lines, `${dataset}@${version}: ${colour.bold(outcome)}`].join('\n');
}

/** How two versions differ, in a few lines and a table. */
export function showDiff(diff: Diff): string {
  const { from, to, columns } = diff;
  const names = (list: { name: string }[]) => list.map(({ name }) => name).join(', ');
  const sides = (pick: (one: Diff['columns'][number]) => { from: number | null; to: number | null }) => {
    return (one: Diff['columns'][number]) => {
      const { from: before, to: after } = pick(one);
      return before === after ? cell(after) : `${cell(before)} → ${cell(after)}`;
    };
  };
  return [
    `${from.dataset}@${from.version} (${count(from.rows)} rows) → ${to.dataset}@${to.version} (${count(to.rows)} rows)`,
    diff.sameRows
      ? 'The rows are the same.'
      : `${count(diff.rowsAdded)} rows added, ${count(diff.rowsRemoved)} removed`,
    ...(diff.columnsAdded.length > 0 ? [`Columns added: ${names(diff.columnsAdded)}`] : []),
    ...(diff.columnsRemoved.length > 0 ? [`Columns removed: ${names(diff.columnsRemoved)}`] : []),
    ...diff.columnsRetyped.map((one) => `Column ${one.name}: ${one.from} → ${one.to}`),
    table(columns, [
      { title: 'column', show: (one) => one.name },
      { title: 'nulls', align: 'right', show: sides((one) => one.nulls) },
      { title: 'distinct', align: 'right', show: sides((one) => one.distinct) },
      { title: 'mean', align: 'right', show: sides((one) => one.mean) },
      { title: 'sd', align: 'right', show: sides((one) => one.sd) },
    ]),
  ].join('\n');
}

/** Rows of any columns as a table. */
export function showRows(rows: readonly Row[], more: boolean): string {
  if (rows.length === 0) return colour.dim('None.');
  const titles = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const columns = titles.map((title) => ({ title, show: (row: Row) => cell(row[title]) }));
  return table(rows, columns) + (more ? `\n${colour.dim(`The first ${rows.length}; --all shows everything.`)}` : '');
}
