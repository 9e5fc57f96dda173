import { Link } from '@tanstack/react-router';
import { useList } from '../../api.ts';
import { Card, PageHead } from '../../components/card.tsx';
import { formatCount } from '../../components/format.ts';
import { Loaded } from '../../components/loaded.tsx';
import { More } from '../../components/more.tsx';
import { Table } from '../../components/table.tsx';
import { Time } from '../../components/time.tsx';

/** All datasets. */
export default function Datasets() {
  const datasets = useList('/api/v1/datasets');
  return (
    <>
      <PageHead title="Data">Datasets as immutable versions, checked when they come in.</PageHead>
      <Card>
        <Loaded
          query={datasets}
          isEmpty={(items) => items.length === 0}
          empty={
            <>
              No dataset yet. Declare one in a project and <code>tidemill apply</code>, or{' '}
              <code>tidemill dataset ingest flights flights.parquet</code>.
            </>
          }
        >
          {(items) => (
            <Table
              caption="Datasets"
              rows={items}
              keyOf={({ id }) => id}
              columns={[
                {
                  title: 'Name',
                  show: ({ name }) => (
                    <Link to="/data/$name" params={{ name }}>
                      {name}
                    </Link>
                  ),
                },
                { title: 'Description', show: ({ description }) => description ?? <span className="quiet">–</span> },
                {
                  title: 'Current',
                  show: ({ currentVersion }) => (currentVersion === null ? 'none yet' : `version ${currentVersion}`),
                },
                { title: 'Versions', numeric: true, show: ({ versions }) => formatCount(versions) },
                { title: 'Changed', show: ({ updatedAt }) => <Time at={updatedAt} /> },
              ]}
            />
          )}
        </Loaded>
        <More list={datasets} label="Show more" />
      </Card>
    </>
  );
}
