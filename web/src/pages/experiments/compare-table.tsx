import { Link } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import type { Schemas } from '../../api.ts';
import { formatDuration } from '../../components/format.ts';
import { State } from '../../components/state.tsx';
import { numberText, tookMs } from './columns.ts';
import { type Difference, differencesOf } from './differences.ts';

type Run = Schemas['Run'];

interface Props {
  runs: readonly Run[];
  keep: (ids: readonly string[]) => void;
}

const shownAtOnce = 150;
const kinds = { metrics: 'Metrics', params: 'Parameters', tags: 'Tags' } as const;

/** Metrics, parameters and tags of runs, a run a column; only what differs unless all is asked for. */
export function CompareTable({ runs, keep }: Props) {
  const [isAll, setAll] = useState(false);
  const [sought, setSought] = useState('');
  const matches = ({ key, differs }: Difference) =>
    (isAll || differs) && key.toLowerCase().includes(sought.trim().toLowerCase());
  return (
    <>
      <div className="filters">
        <label className="plot-control">
          <input type="checkbox" checked={!isAll} onChange={({ target }) => setAll(!target.checked)} />
          Only what differs
        </label>
        <label>
          Find <input type="search" value={sought} onChange={({ target }) => setSought(target.value)} />
        </label>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <section className={isAll ? 'table compare all' : 'table compare'} aria-label="Runs side by side" tabIndex={0}>
        <table>
          <thead>
            <tr>
              <th scope="col">
                <span className="hidden">What</span>
              </th>
              {runs.map((run) => (
                <RunHead key={run.id} run={run} isLast={runs.length <= 2} drop={() => keep(without(runs, run.id))} />
              ))}
            </tr>
          </thead>
          <tbody>
            <Line
              title="State"
              cells={runs.map((run) => <State key={run.id} value={run.status} label={run.status.toLowerCase()} />)}
            />
            <Line title="Took" cells={runs.map((run) => formatDuration(tookMs(run)))} />
          </tbody>
          {(['metrics', 'params', 'tags'] as const).map((kind) => (
            <Group key={kind} kind={kind} runs={runs} matches={matches} />
          ))}
        </table>
      </section>
    </>
  );
}

const without = (runs: readonly Run[], id: string) => runs.map((run) => run.id).filter((one) => one !== id);

function RunHead({ run: { id, name }, isLast, drop }: { run: Run; isLast: boolean; drop: () => void }) {
  return (
    <th scope="col" className="compare-run">
      <Link to="/runs/$id" params={{ id }} title={name}>
        {name}
      </Link>{' '}
      {!isLast && (
        <button type="button" aria-label={`Leave out ${name}`} onClick={drop}>
          ×
        </button>
      )}
    </th>
  );
}

function Line({ title, cells, differs }: { title: string; cells: readonly React.ReactNode[]; differs?: boolean }) {
  return (
    <tr className={differs ? 'differs' : undefined}>
      <th scope="row" title={title}>
        {title}
      </th>
      {cells.map((cell, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: cells stand for the runs in their order
        <td key={i}>{cell}</td>
      ))}
    </tr>
  );
}

interface GroupProps {
  kind: Difference['kind'];
  runs: readonly Run[];
  matches: (line: Difference) => boolean;
}

function Group({ kind, runs, matches }: GroupProps) {
  const [most, setMost] = useState(shownAtOnce);
  const lines = useMemo(
    () => differencesOf(runs, kind).filter(({ key }) => kind !== 'tags' || !key.startsWith('mlflow.')),
    [runs, kind],
  );
  const found = lines.filter(matches);
  if (lines.length === 0) return null;
  return (
    <tbody>
      <tr>
        <th scope="rowgroup" colSpan={runs.length + 1} className="compare-group">
          {kinds[kind]}{' '}
          <span className="quiet">
            {found.length} of {lines.length}
          </span>
        </th>
      </tr>
      {found.slice(0, most).map(({ key, values, differs }) => (
        <Line key={key} title={key} differs={differs} cells={values.map(cellOf)} />
      ))}
      {found.length > most && (
        <tr>
          <td colSpan={runs.length + 1}>
            <button type="button" onClick={() => setMost(most + 500)}>
              Show more of {found.length}
            </button>
          </td>
        </tr>
      )}
    </tbody>
  );
}

function cellOf(value: string | number | null): React.ReactNode {
  if (value === null) return <span className="quiet">–</span>;
  if (typeof value === 'number') return <span title={String(value)}>{numberText(value)}</span>;
  return value.length > 120 ? <span title={value}>{value.slice(0, 119)}…</span> : value;
}
