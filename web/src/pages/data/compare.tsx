import { useState } from 'react';
import { type Schemas, useApi } from '../../api.ts';
import { SplitBar } from '../../components/bars.tsx';
import { Card } from '../../components/card.tsx';
import { Chips, Facts } from '../../components/facts.tsx';
import { formatCell, formatCount, formatNumber } from '../../components/format.ts';
import { Loaded } from '../../components/loaded.tsx';
import { State } from '../../components/state.tsx';
import { Table } from '../../components/table.tsx';

type Diff = Schemas['DatasetVersionDiff'];
type Numbered = { row: Record<string, unknown>; key: string };

/** Two versions side by side. */
export function Compare({ name, versions }: { name: string; versions: readonly Schemas['DatasetVersion'][] }) {
  const numbers = versions.map(({ version }) => version);
  const [from, setFrom] = useState(numbers[1] ?? numbers[0]!);
  const [to, setTo] = useState(numbers[0]!);
  const diff = useApi(
    '/api/v1/datasets/{name}/diff',
    { name, from: String(from), to: String(to) },
    { enabled: numbers.length > 1 },
  );
  if (numbers.length < 2)
    return <p className="empty">There is one version; the next ingest of other content gives something to compare.</p>;
  return (
    <Card title="Two versions side by side">
      <div className="filters">
        <Choice label="From" value={from} numbers={numbers} choose={setFrom} />
        <Choice label="To" value={to} numbers={numbers} choose={setTo} />
      </div>
      <Loaded query={diff}>{(found) => <Difference diff={found} />}</Loaded>
    </Card>
  );
}

interface ChoiceProps {
  label: string;
  value: number;
  numbers: readonly number[];
  choose: (version: number) => void;
}

function Choice({ label, value, numbers, choose }: ChoiceProps) {
  return (
    <label>
      {label}
      <select value={value} onChange={(event) => choose(Number(event.target.value))}>
        {numbers.map((number) => (
          <option key={number} value={number}>
            version {number}
          </option>
        ))}
      </select>
    </label>
  );
}

function Difference({ diff }: { diff: Diff }) {
  const kept = diff.to.rows - diff.rowsAdded;
  const total = kept + diff.rowsAdded + diff.rowsRemoved || 1;
  return (
    <div className="stack">
      {diff.sameRows ? (
        <p>
          <State value="ok" label="the same rows" /> Both hold the same rows, whatever their order.
        </p>
      ) : (
        <SplitBar
          label="Rows"
          slices={[
            { name: `${formatCount(kept)} in both`, share: kept / total, tone: 'calm' },
            { name: `${formatCount(diff.rowsAdded)} new`, share: diff.rowsAdded / total, tone: 'good' },
            { name: `${formatCount(diff.rowsRemoved)} gone`, share: diff.rowsRemoved / total, tone: 'bad' },
          ]}
        />
      )}
      <Facts
        of={{
          'Columns added': listOf(diff.columnsAdded.map(({ name }) => name)),
          'Columns removed': listOf(diff.columnsRemoved.map(({ name }) => name)),
          'Columns of another type': listOf(diff.columnsRetyped.map((one) => `${one.name}: ${one.from} → ${one.to}`)),
        }}
      />
      <ColumnChanges columns={diff.columns} />
      <Examples title="New rows, such as" rows={diff.addedExamples} />
      <Examples title="Rows that are gone, such as" rows={diff.removedExamples} />
    </div>
  );
}

const listOf = (names: string[]) => (names.length > 0 ? <Chips of={names} /> : 'none');

function ColumnChanges({ columns }: { columns: Diff['columns'] }) {
  const change = (from: number | null, to: number | null) => (
    <span title={`${formatNumber(from)} → ${formatNumber(to)}`}>
      {formatNumber(from)} → <strong>{formatNumber(to)}</strong>
    </span>
  );
  return (
    <Table
      caption="How columns changed"
      rows={columns}
      keyOf={({ name }) => name}
      columns={[
        { title: 'Column', show: ({ name }) => name },
        {
          title: 'Mean moved by',
          numeric: true,
          show: ({ mean, sd }) =>
            mean.from === null || mean.to === null || !sd.from
              ? '–'
              : `${formatNumber((mean.to - mean.from) / sd.from)} sd`,
        },
        { title: 'Mean', numeric: true, show: ({ mean }) => change(mean.from, mean.to) },
        { title: 'Nulls', numeric: true, show: ({ nulls }) => change(nulls.from, nulls.to) },
        { title: 'Distinct', numeric: true, show: ({ distinct }) => change(distinct.from, distinct.to) },
      ]}
    />
  );
}

function Examples({ title, rows }: { title: string; rows: Diff['addedExamples'] }) {
  if (rows.length === 0) return null;
  const names = Object.keys(rows[0]!);
  const numbered = rows.slice(0, 5).map((row, i) => ({ row, key: String(i) }));
  return (
    <div>
      <h3>{title}</h3>
      <Table<Numbered>
        caption={title}
        rows={numbered}
        keyOf={({ key }) => key}
        columns={names.map((name) => ({ title: name, show: ({ row }) => formatCell(row[name]) }))}
      />
    </div>
  );
}
