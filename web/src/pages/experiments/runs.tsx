import { useInfiniteQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useDeferredValue, useState } from 'react';
import { client, type Schemas, useList } from '../../api.ts';
import { Card, PageHead } from '../../components/card.tsx';
import { Loaded } from '../../components/loaded.tsx';
import { More } from '../../components/more.tsx';
import { RunDetails } from './run-details.tsx';
import { RunsTable } from './runs-table.tsx';

type Page = { items: Schemas['Run'][]; nextPageToken?: string };

/** Training runs with their metrics and parameters; one opens in place. */
export default function Runs() {
  const { run: chosen } = useSearch({ strict: false }) as { run?: string };
  const navigate = useNavigate();
  const choose = (run: string | undefined) =>
    void navigate({ to: '/experiments', search: { run } as never, replace: true, resetScroll: false });
  const [experiment, setExperiment] = useState('');
  const [filter, setFilter] = useState('');
  const runs = useRuns(experiment, useDeferredValue(filter));
  return (
    <>
      <PageHead title="Experiments">Every training run, with what went in and what came out.</PageHead>
      <div className="stack">
        {chosen && <RunDetails key={chosen} id={chosen} close={() => choose(undefined)} />}
        <Card title="Runs">
          <Filters experiment={experiment} setExperiment={setExperiment} filter={filter} setFilter={setFilter} />
          <Loaded
            query={runs}
            isEmpty={(items) => items.length === 0}
            empty={
              filter || experiment ? (
                'No run meets the filter.'
              ) : (
                <>
                  No run yet. A pipeline's <code>train</code> step makes one, and so does plain MLflow code that logs to
                  this server.
                </>
              )
            }
          >
            {(items) => <RunsTable runs={items} chosen={chosen} choose={choose} />}
          </Loaded>
          <More list={runs} />
        </Card>
      </div>
    </>
  );
}

function useRuns(experiment: string, filter: string) {
  const asked = { limit: 50, filter, ...(experiment && { experiments: [experiment] }) };
  return useInfiniteQuery({
    queryKey: ['runs', asked],
    queryFn: ({ pageParam }) =>
      client.post('/api/v1/runs/search', {
        ...asked,
        ...(pageParam && { pageToken: pageParam }),
      } as never) as Promise<Page>,
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.nextPageToken,
    select: ({ pages }) => pages.flatMap(({ items }) => items),
    placeholderData: (before) => before,
  });
}

interface FilterProps {
  experiment: string;
  setExperiment: (id: string) => void;
  filter: string;
  setFilter: (filter: string) => void;
}

function Filters({ experiment, setExperiment, filter, setFilter }: FilterProps) {
  const experiments = useList('/api/v1/experiments', { limit: 200 });
  const [typed, setTyped] = useState(filter);
  return (
    <form
      className="filters"
      onSubmit={(event) => {
        event.preventDefault();
        setFilter(typed.trim());
      }}
    >
      <label>
        Experiment
        <select value={experiment} onChange={(event) => setExperiment(event.target.value)}>
          <option value="">all</option>
          {experiments.data?.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </select>
      </label>
      <label>
        Filter
        <input
          value={typed}
          size={34}
          placeholder="metrics.roc_auc_score > 0.7"
          onChange={(event) => setTyped(event.target.value)}
        />
      </label>
      <button type="submit">Apply</button>
    </form>
  );
}
