import { Link } from '@tanstack/react-router';
import { type UIEvent, useRef, useState } from 'react';
import type { Schemas } from '../../api.ts';
import { State } from '../../components/state.tsx';
import { Time } from '../../components/time.tsx';
import { columnOf, nextOrder, type RunColumn, textOf, valueIn } from './columns.ts';
import { type Placed, rowsInSight } from './nesting.ts';

type Run = Schemas['Run'];

interface Props {
  rows: readonly Placed<Run>[];
  columns: readonly string[];
  /** Names of experiments by id, where runs of several are shown. */
  experiments: ReadonlyMap<string, string> | undefined;
  order: string | undefined;
  setOrder: (order: string | undefined) => void;
  selected: ReadonlySet<string>;
  select: (ids: ReadonlySet<string>) => void;
  nested: Nesting;
  /** Called when the last rows come into sight. */
  reachEnd: () => void;
}

/** How runs stand under their parents: how many children there are, and whose are shown. */
export interface Nesting {
  counts: Readonly<Record<string, number>>;
  opened: ReadonlySet<string>;
  toggle: (id: string) => void;
}

const rowHeight = 34;

/** Runs in rows of which only those in sight are drawn, however many there are. */
export function RunsTable(props: Props) {
  const { rows, selected, select, reachEnd } = props;
  const [sight, setSight] = useState({ top: 0, height: 700 });
  const box = useRef<HTMLElement>(null);
  const { from, to } = rowsInSight(sight, { rows: rows.length, rowHeight });
  const columns = props.columns.map(columnOf);
  const scrolled = ({ currentTarget: { scrollTop, clientHeight, scrollHeight } }: UIEvent<HTMLElement>) => {
    setSight({ top: scrollTop, height: clientHeight });
    if (scrollHeight - scrollTop - clientHeight < 40 * rowHeight) reachEnd();
  };
  const width = columns.length + 2 + (props.experiments ? 1 : 0);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section ref={box} className="table runs" aria-label="Runs" tabIndex={0} onScroll={scrolled}>
      <table aria-rowcount={rows.length + 1}>
        <caption className="hidden">Runs</caption>
        <thead>
          <tr>
            <th scope="col">
              <input
                type="checkbox"
                aria-label="Select all runs that are loaded"
                checked={rows.length > 0 && selected.size >= rows.length}
                onChange={({ target }) => select(target.checked ? new Set(rows.map(({ run }) => run.id)) : new Set())}
              />
            </th>
            <Head column={columnOf('name')} order={props.order} setOrder={props.setOrder} />
            {props.experiments && <th scope="col">Experiment</th>}
            {columns.map((column) => (
              <Head key={column.id} column={column} order={props.order} setOrder={props.setOrder} />
            ))}
          </tr>
        </thead>
        <tbody>
          <Spacer rows={from} width={width} />
          {rows.slice(from, to).map((row, i) => (
            <Row key={row.run.id} row={row} at={from + i + 2} {...props} columns={columns} />
          ))}
          <Spacer rows={rows.length - to} width={width} />
        </tbody>
      </table>
    </section>
  );
}

function Spacer({ rows, width }: { rows: number; width: number }) {
  if (rows <= 0) return null;
  return (
    <tr>
      <td colSpan={width} style={{ height: rows * rowHeight, padding: 0 }} />
    </tr>
  );
}

interface HeadProps {
  column: RunColumn;
  order: string | undefined;
  setOrder: (order: string | undefined) => void;
}

function Head({ column, order, setOrder }: HeadProps) {
  const isBy = column.order !== undefined && order?.startsWith(`${column.order} `);
  const direction = isBy ? (order!.endsWith(' desc') ? 'descending' : 'ascending') : undefined;
  return (
    <th scope="col" className={column.numeric ? 'numeric' : undefined} aria-sort={direction} title={column.id}>
      {column.order === undefined ? (
        column.title
      ) : (
        <button type="button" className="head" onClick={() => setOrder(nextOrder(column, order))}>
          {column.title}
          {direction && <span aria-hidden="true"> {direction === 'descending' ? '↓' : '↑'}</span>}
        </button>
      )}
    </th>
  );
}

interface RowProps extends Omit<Props, 'rows' | 'columns'> {
  row: Placed<Run>;
  at: number;
  columns: readonly RunColumn[];
}

function Row({ row: { run, depth }, at, columns, experiments, selected, select, nested }: RowProps) {
  const toggle = () => {
    const next = new Set(selected);
    if (!next.delete(run.id)) next.add(run.id);
    select(next);
  };
  const children = nested.counts[run.id] ?? 0;
  return (
    <tr aria-rowindex={at} className={selected.has(run.id) ? 'chosen' : undefined}>
      <td>
        <input type="checkbox" aria-label={`Select ${run.name}`} checked={selected.has(run.id)} onChange={toggle} />
      </td>
      <td className="run-name">
        <span className="run-line" style={{ paddingLeft: depth * 18 }}>
          {children > 0 && (
            <button
              type="button"
              className="tree-fold"
              aria-expanded={nested.opened.has(run.id)}
              aria-label={`${children} runs under ${run.name}`}
              onClick={() => nested.toggle(run.id)}
            >
              {nested.opened.has(run.id) ? '▾' : '▸'}
            </button>
          )}
          <Link to="/runs/$id" params={{ id: run.id }} title={run.name}>
            {run.name}
          </Link>
          {children > 0 && <span className="quiet">{children}</span>}
          {depth === 0 && run.parentRunId && (
            <Link to="/runs/$id" params={{ id: run.parentRunId }} className="quiet" title="Under another run">
              ↳
            </Link>
          )}
        </span>
      </td>
      {experiments && <td>{experiments.get(run.experimentId) ?? run.experimentId}</td>}
      {columns.map((column) => (
        <Cell key={column.id} run={run} column={column} />
      ))}
    </tr>
  );
}

function Cell({ run, column }: { run: Run; column: RunColumn }) {
  if (column.id === 'status') {
    return (
      <td>
        <State value={run.status} label={run.status.toLowerCase()} />
      </td>
    );
  }
  const value = valueIn(run, column);
  if (column.id === 'startedAt' || column.id === 'endedAt') {
    return (
      <td>
        <Time at={value as string | undefined} />
      </td>
    );
  }
  const text = textOf(column, value);
  return (
    <td className={column.numeric ? 'numeric' : undefined} title={value === undefined ? undefined : String(value)}>
      {value === undefined ? <span className="quiet">–</span> : text}
    </td>
  );
}
