import { Link } from '@tanstack/react-router';
import { useList } from '../../api.ts';
import { Card, PageHead } from '../../components/card.tsx';
import { Chips } from '../../components/facts.tsx';
import { Loaded } from '../../components/loaded.tsx';
import { More } from '../../components/more.tsx';
import { Table } from '../../components/table.tsx';
import { Time } from '../../components/time.tsx';
import { Approvals } from './approvals.tsx';

/** All models, and what waits for a person's yes. */
export default function Models() {
  const models = useList('/api/v1/models');
  return (
    <>
      <PageHead title="Models">
        Named lines of immutable versions; aliases and stages move only past their gates.
      </PageHead>
      <div className="stack">
        <Card title="Waiting for approval">
          <Approvals status="pending" empty="Nothing waits for anybody." />
        </Card>
        <Card title="Models">
          <Loaded
            query={models}
            isEmpty={(items) => items.length === 0}
            empty={
              <>
                No model yet. A pipeline's <code>register</code> step makes one, or <code>mlflow.register_model</code>.
              </>
            }
          >
            {(items) => (
              <Table
                caption="Models"
                rows={items}
                keyOf={({ id }) => id}
                columns={[
                  {
                    title: 'Name',
                    show: ({ name }) => (
                      <Link to="/models/$name" params={{ name }}>
                        {name}
                      </Link>
                    ),
                  },
                  {
                    title: 'Aliases',
                    show: ({ aliases }) => (
                      <Chips of={Object.entries(aliases).map(([alias, number]) => `${alias} → v${number}`)} />
                    ),
                  },
                  {
                    title: 'Newest',
                    show: ({ latestVersion }) => (latestVersion > 0 ? `v${latestVersion}` : 'none yet'),
                  },
                  { title: 'Description', show: ({ description }) => description || <span className="quiet">–</span> },
                  { title: 'Changed', show: ({ updatedAt }) => <Time at={updatedAt} /> },
                ]}
              />
            )}
          </Loaded>
          <More list={models} label="Show more" />
        </Card>
      </div>
    </>
  );
}
