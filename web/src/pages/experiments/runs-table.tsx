import type { Schemas } from '../../api.ts';
import { formatDuration, formatNumber } from '../../components/format.ts';
import { State } from '../../components/state.tsx';
import { type Column, Table } from '../../components/table.tsx';
import { Time } from '../../components/time.tsx';

type Run = Schemas['Run'];

const shownMetrics = 5;
const shownParams = 4;
const preferred = ['roc_auc_score', 'log_loss', 'accuracy_score', 'f1_score', 'r2_score', 'root_mean_squared_error'];

interface Props {
  runs: readonly Run[];
  chosen: string | undefined;
  choose: (id: string | undefined) => void;
}

/** Runs with the metrics and parameters most of them have; the best value of a metric stands out. */
export function RunsTable({ runs, chosen, choose }: Props) {
  const metrics = mostCommon(
    runs.map((run) => Object.keys(run.metrics)),
    preferred,
  ).slice(0, shownMetrics);
  const params = mostTelling(runs).slice(0, shownParams);
  const columns: Column<Run>[] = [
    {
      title: 'Run',
      show: ({ id, name }) => (
        <button
          type="button"
          className="link"
          aria-pressed={id === chosen}
          onClick={() => choose(id === chosen ? undefined : id)}
        >
          {name}
        </button>
      ),
    },
    { title: 'State', show: ({ status }) => <State value={status} label={status.toLowerCase()} /> },
    ...metrics.map((key) => metricColumn(key, runs)),
    ...params.map(
      (key): Column<Run> => ({ title: key, show: (run) => run.params[key] ?? <span className="quiet">–</span> }),
    ),
    {
      title: 'Took',
      numeric: true,
      show: ({ startedAt, endedAt }) => formatDuration(endedAt ? Date.parse(endedAt) - Date.parse(startedAt) : null),
    },
    { title: 'Started', show: ({ startedAt }) => <Time at={startedAt} /> },
  ];
  return <Table caption="Runs, newest first" rows={runs} keyOf={({ id }) => id} columns={columns} />;
}

function metricColumn(key: string, runs: readonly Run[]): Column<Run> {
  const values = runs.flatMap((run) => run.metrics[key]?.value ?? []).filter(Number.isFinite);
  const best = /loss|error|difference|brier|seconds/.test(key) ? Math.min(...values) : Math.max(...values);
  return {
    title: key,
    numeric: true,
    show: (run) => {
      const value = run.metrics[key]?.value;
      return value === best && values.length > 1 ? (
        <strong title="The best of those shown">{formatNumber(value)}</strong>
      ) : (
        formatNumber(value)
      );
    },
  };
}

function mostCommon(lists: readonly string[][], first: readonly string[]): string[] {
  const counts = new Map<string, number>();
  for (const key of lists.flat()) counts.set(key, (counts.get(key) ?? 0) + 1);
  const place = (key: string) => (first.includes(key) ? first.indexOf(key) : first.length);
  return [...counts].sort(([a, x], [b, y]) => place(a) - place(b) || y - x || a.localeCompare(b)).map(([key]) => key);
}

/** Short parameters, those that differ between runs first. */
function mostTelling(runs: readonly Run[]): string[] {
  const values = new Map<string, Set<string>>();
  for (const run of runs)
    for (const [key, value] of Object.entries(run.params)) values.set(key, (values.get(key) ?? new Set()).add(value));
  return [...values]
    .filter(([, seen]) => [...seen].every((value) => value.length < 30))
    .sort(([, a], [, b]) => Number(b.size > 1) - Number(a.size > 1))
    .map(([key]) => key);
}
