import { useMemo, useState } from 'react';
import { type Schemas, useApi } from '../../api.ts';
import { PageHead } from '../../components/card.tsx';
import { formatCount } from '../../components/format.ts';
import { columnOf, usualColumns } from './columns.ts';
import { ExperimentHead } from './experiment-head.tsx';
import { FilterBox } from './filter-box.tsx';
import { FolderHead } from './folder-head.tsx';
import { findFolder, toTree } from './folder-tree.ts';
import { Folders, useExperiments } from './folders.tsx';
import { placeRuns } from './nesting.ts';
import { RunsTable } from './runs-table.tsx';
import { SelectionBar, TableTools } from './table-tools.tsx';
import { type RunsAsked, useChildCounts, useChildren, useRunCount, useRuns } from './use-runs.ts';
import { useViewState, type ViewState } from './view-state.ts';
import './experiments.css';

/** Training runs by experiment and folder, in chosen columns, filtered and ordered by the server. */
export default function Runs() {
  const [state, show] = useViewState();
  return (
    <>
      <PageHead title="Experiments">Every training run, with what went in and what came out.</PageHead>
      <div className="with-tree">
        <Folders chosen={state} choose={(chosen) => show(chosen)} />
        <div className="stack">
          {state.experiment && <ExperimentHead key={state.experiment} id={state.experiment} leave={() => show({})} />}
          {!state.experiment && state.folder && <FolderHead key={state.folder} path={state.folder} />}
          <RunsCard key={`${state.experiment} ${state.folder}`} state={state} show={show} />
        </div>
      </div>
    </>
  );
}

interface CardProps {
  state: ViewState;
  show: (state: ViewState) => void;
}

function RunsCard({ state, show }: CardProps) {
  const scope = useScope(state);
  const usual = useUsualColumns(state.experiment);
  const columns = state.columns ? state.columns.split('\n') : (usual ?? []);
  const asked = askedOf(state, columns, scope.experiments);
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const [opened, setOpened] = useState<ReadonlySet<string>>(new Set());
  const list = useRuns(asked);
  const count = useRunCount(asked);
  const loaded = useMemo(() => list.data ?? [], [list.data]);
  const counts = useChildCounts(scope.isNested ? lastIds(loaded) : []);
  const children = useChildren([...opened], asked);
  const rows = useMemo(() => {
    const below = (children.data ?? []).filter(({ parentRunId }) => opened.has(parentRunId ?? ''));
    const known = new Set(loaded.map(({ id }) => id));
    return placeRuns([...loaded, ...below.filter(({ id }) => !known.has(id))]);
  }, [loaded, children.data, opened]);
  const toggle = (id: string) => {
    const next = new Set(opened);
    if (!next.delete(id)) next.add(id);
    setOpened(next);
  };
  return (
    <section className="card">
      <FilterBox
        filter={state.filter ?? ''}
        apply={(filter) => show({ ...state, filter })}
        error={list.error as never}
      />
      <TableTools state={state} show={show} columns={columns} asked={asked} />
      <p className="quiet" role="status">
        {list.isFetching && !list.data ? 'Loading …' : `${formatCount(count.data?.total)} runs`}
        {scope.isNested &&
          Object.keys(counts.data ?? {}).length > 0 &&
          ', not counting those under others: ▸ opens them'}
      </p>
      {selected.size > 0 && <SelectionBar runs={rows.map(({ run }) => run)} selected={selected} select={setSelected} />}
      {rows.length > 0 ? (
        <RunsTable
          rows={rows}
          columns={columns}
          experiments={state.experiment ? undefined : scope.names}
          order={state.order}
          setOrder={(order) => show({ ...state, order: order ?? '' })}
          selected={selected}
          select={setSelected}
          nested={{ counts: counts.data ?? {}, opened, toggle }}
          reachEnd={() => list.hasNextPage && !list.isFetchingNextPage && void list.fetchNextPage()}
        />
      ) : (
        list.data && <Nothing isFiltered={Boolean(state.filter || state.experiment || state.folder)} />
      )}
    </section>
  );
}

/** So many of the runs loaded last are asked for their children. */
const lastIds = (runs: readonly Schemas['Run'][]) => runs.slice(-200).map(({ id }) => id);

function Nothing({ isFiltered }: { isFiltered: boolean }) {
  if (isFiltered) return <p className="empty">No run meets the filter.</p>;
  return (
    <p className="empty">
      No run yet. A pipeline's <code>train</code> step makes one, and so does plain MLflow code that logs to this
      server.
    </p>
  );
}

/** Which experiments are shown; without a filter runs are nested under their parents. */
function useScope({ experiment, folder, filter, deleted }: ViewState) {
  const all = useExperiments();
  const names = useMemo(() => new Map(all.data?.map(({ id, name }) => [id, name])), [all.data]);
  const ids = useMemo(
    () => folder && findFolder(toTree(all.data ?? []), folder)?.ids.slice(0, 200),
    [all.data, folder],
  );
  const experiments = experiment ? [experiment] : ids || undefined;
  return { names, experiments, isNested: !filter && !deleted };
}

function useUsualColumns(experiment: string | undefined): string[] | undefined {
  const columns = useApi('/api/v1/runs/columns', { limit: 200, ...(experiment && { experiment }) });
  return useMemo(() => columns.data && usualColumns(columns.data), [columns.data]);
}

function askedOf(state: ViewState, columns: readonly string[], experiments: RunsAsked['experiments']): RunsAsked {
  const keys = (kind: string) => columns.map(columnOf).flatMap((one) => (one.kind === kind ? one.key : []));
  return {
    experiments,
    filter: state.filter || (state.deleted ? '' : 'parentRunId is null'),
    lifecycle: state.deleted ? 'deleted' : 'active',
    orderBy: state.order ? [state.order] : [],
    metrics: keys('metrics'),
    params: keys('params'),
    tags: keys('tags'),
  };
}
