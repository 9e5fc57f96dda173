import { Link } from '@tanstack/react-router';
import type { Schemas } from '../../api.ts';
import { Card } from '../../components/card.tsx';
import { Chips, Digest } from '../../components/facts.tsx';
import { formatBytes, formatCount } from '../../components/format.ts';
import { More } from '../../components/more.tsx';
import { State } from '../../components/state.tsx';
import { Table } from '../../components/table.tsx';
import { Time } from '../../components/time.tsx';

type Version = Schemas['DatasetVersion'];

/** Every version of a dataset, newest first. */
export function Versions({ items, list }: { items: readonly Version[]; list: Parameters<typeof More>[0]['list'] }) {
  return (
    <Card title="Versions">
      <Table
        caption="Versions of the dataset"
        rows={items}
        keyOf={({ id }) => id}
        columns={[
          {
            title: 'Version',
            show: ({ version, isCurrent }) => (
              <span className="badge-row">
                {version}
                {isCurrent && <State value="active" label="current" />}
              </span>
            ),
          },
          { title: 'Tags', show: ({ tags }) => <Chips of={tags} /> },
          { title: 'Rows', numeric: true, show: ({ rows }) => formatCount(rows) },
          { title: 'Quarantined', numeric: true, show: ({ quarantinedRows }) => formatCount(quarantinedRows) },
          { title: 'Size', numeric: true, show: ({ bytes }) => formatBytes(bytes) },
          { title: 'Digest', show: ({ digest }) => <Digest of={digest} /> },
          { title: 'Made by', show: (version) => <Maker version={version} /> },
          { title: 'When', show: ({ createdAt }) => <Time at={createdAt} /> },
        ]}
      />
      <More list={list} />
    </Card>
  );
}

function Maker({ version: { producer, createdBy } }: { version: Version }) {
  if (!producer) return createdBy;
  return (
    <Link to="/pipeline-runs/$id" params={{ id: producer.runId }}>
      step {producer.stepName}
    </Link>
  );
}
