import { useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { useApi, useList } from '../../api.ts';
import { Card, Figure, PageHead } from '../../components/card.tsx';
import { formatBytes, formatCount } from '../../components/format.ts';
import { Loaded } from '../../components/loaded.tsx';
import { Tabs } from '../../components/tabs.tsx';
import { Compare } from './compare.tsx';
import { Profile } from './profile.tsx';
import { Quality } from './quality.tsx';
import { Quarantine, Rows } from './rows.tsx';
import { Versions } from './versions.tsx';

/** One dataset: its versions, what the rules found, what is in it, what was put apart, how versions differ. */
export default function Dataset() {
  const { name } = useParams({ strict: false }) as { name: string };
  const dataset = useApi('/api/v1/datasets/{name}', { name });
  const versions = useList('/api/v1/datasets/{name}/versions', { name });
  const [chosen, setChosen] = useState<number>();
  const current = dataset.data?.currentVersion ?? undefined;
  const number = chosen ?? current;
  const at = { name, version: String(number) };
  return (
    <>
      <PageHead title={name}>{dataset.data?.description ?? 'Dataset'}</PageHead>
      <Loaded
        query={versions}
        isEmpty={(items) => items.length === 0}
        empty="No version yet: the first ingest makes one. Rows that were refused are under the dataset's validations in the ledger."
      >
        {(items) => {
          const version = items.find((one) => one.version === number);
          return (
            <div className="stack">
              <Card>
                <div className="figures">
                  <label className="figure">
                    <select value={number ?? ''} onChange={(event) => setChosen(Number(event.target.value))}>
                      {items.map((one) => (
                        <option key={one.id} value={one.version}>
                          Version {one.version}
                          {one.isCurrent ? ' (current)' : ''}
                        </option>
                      ))}
                    </select>
                    <span className="figure-label">shown</span>
                  </label>
                  <Figure label="rows" value={formatCount(version?.rows)} />
                  <Figure label="in quarantine" value={formatCount(version?.quarantinedRows)} />
                  <Figure label="columns" value={formatCount(version?.columns.length)} />
                  <Figure label="size" value={formatBytes(version?.bytes)} />
                </div>
              </Card>
              {number !== undefined && (
                <Tabs
                  label="Parts of the dataset"
                  sheets={[
                    { id: 'quality', title: 'Quality', show: () => <Quality name={name} /> },
                    { id: 'profile', title: 'Profile', show: () => <Profile key={number} {...at} /> },
                    { id: 'quarantine', title: 'Quarantine', show: () => <Quarantine key={number} {...at} /> },
                    { id: 'versions', title: 'Versions', show: () => <Versions list={versions} items={items} /> },
                    { id: 'compare', title: 'Compare', show: () => <Compare name={name} versions={items} /> },
                    { id: 'rows', title: 'Rows', show: () => <Rows key={number} {...at} /> },
                  ]}
                />
              )}
            </div>
          );
        }}
      </Loaded>
    </>
  );
}
