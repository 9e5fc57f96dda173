import { Link } from '@tanstack/react-router';
import { useList } from '../../api.ts';
import { Card, PageHead } from '../../components/card.tsx';
import { Chips } from '../../components/facts.tsx';
import { Loaded } from '../../components/loaded.tsx';
import { More } from '../../components/more.tsx';
import { Table } from '../../components/table.tsx';
import { Time } from '../../components/time.tsx';
import { RunsTable } from './runs-table.tsx';

/** All pipelines, and what ran lately. */
export default function Pipelines() {
  const pipelines = useList('/api/v1/pipelines');
  return (
    <>
      <PageHead title="Pipelines">Graphs of steps that run on a schedule, on an event, or when asked.</PageHead>
      <div className="stack">
        <Card title="Pipelines">
          <Loaded
            query={pipelines}
            isEmpty={(items) => items.length === 0}
            empty={
              <>
                No pipeline yet. Declare one with <code>definePipeline</code> in a project and{' '}
                <code>tidemill apply</code>.
              </>
            }
          >
            {(items) => (
              <Table
                caption="Pipelines"
                rows={items}
                keyOf={({ name }) => name}
                columns={[
                  {
                    title: 'Name',
                    show: ({ name }) => (
                      <Link to="/pipelines/$name" params={{ name }}>
                        {name}
                      </Link>
                    ),
                  },
                  { title: 'Description', show: ({ spec }) => spec.description ?? <span className="quiet">–</span> },
                  { title: 'Steps', show: ({ spec }) => Object.keys(spec.steps).join(' → ') },
                  {
                    title: 'Starts by itself',
                    show: ({ spec }) => <Chips of={[...Object.keys(spec.schedules), ...Object.keys(spec.triggers)]} />,
                  },
                  { title: 'Declared', show: ({ declaredAt }) => <Time at={declaredAt} /> },
                ]}
              />
            )}
          </Loaded>
          <More list={pipelines} label="Show more" />
        </Card>
        <Card title="Runs of all pipelines">
          <RunsTable />
        </Card>
      </div>
    </>
  );
}
