import { useParams, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { type Schemas, useApi, useList } from '../../api.ts';
import { Card, PageHead } from '../../components/card.tsx';
import { Chips } from '../../components/facts.tsx';
import { Loaded } from '../../components/loaded.tsx';
import { More } from '../../components/more.tsx';
import { State } from '../../components/state.tsx';
import { Timeline } from '../../components/stepper.tsx';
import { Table } from '../../components/table.tsx';
import { Time } from '../../components/time.tsx';
import { Approvals } from './approvals.tsx';
import { Version } from './version.tsx';

type ModelVersion = Schemas['ModelVersion'];

/** One model: its versions, what the gates said, who approved, and which version each alias meant when. */
export default function Model() {
  const { name } = useParams({ strict: false }) as { name: string };
  const model = useApi('/api/v1/models/{model}', { model: name });
  const versions = useList('/api/v1/models/{model}/versions', { model: name, limit: 50 });
  const { version: asked } = useSearch({ strict: false }) as { version?: unknown };
  const [chosen, setChosen] = useState<number | undefined>(Number(asked) || undefined);
  return (
    <>
      <PageHead title={name}>{model.data?.description || 'Model'}</PageHead>
      <Loaded
        query={versions}
        isEmpty={(items) => items.length === 0}
        empty="No version yet: a pipeline's register step makes one."
      >
        {(items) => {
          const champion = model.data?.aliases['champion'];
          const shown = items.find(({ number }) => number === (chosen ?? champion)) ?? items[0]!;
          return (
            <div className="stack">
              <Card title="Versions">
                <Versions items={items} shown={shown.number} choose={setChosen} />
                <More list={versions} />
              </Card>
              <Version key={shown.id} version={shown} />
              <div className="grid">
                <Card title="Approvals">
                  <Approvals
                    model={name}
                    empty="Nobody has asked for an approval. A gate with approvals makes people ask."
                  />
                </Card>
                <Card title="Aliases over time">
                  <AliasHistory model={name} />
                </Card>
              </div>
            </div>
          );
        }}
      </Loaded>
    </>
  );
}

interface VersionsProps {
  items: readonly ModelVersion[];
  shown: number;
  choose: (number: number) => void;
}

function Versions({ items, shown, choose }: VersionsProps) {
  return (
    <Table
      caption="Versions, newest first"
      rows={items}
      keyOf={({ id }) => id}
      columns={[
        { title: 'Version', show: ({ number }) => <strong>v{number}</strong> },
        { title: 'Aliases', show: ({ aliases }) => <Chips of={aliases} /> },
        {
          title: 'Stage',
          show: ({ stage }) => (stage === 'none' ? <span className="quiet">none</span> : <State value={stage} />),
        },
        { title: 'Trained on', show: ({ source }) => <Chips of={(source.datasets ?? []).map((one) => one.name)} /> },
        { title: 'By', show: ({ createdBy }) => createdBy },
        { title: 'Registered', show: ({ createdAt }) => <Time at={createdAt} /> },
        {
          title: 'Details',
          show: ({ number }) => (
            <button type="button" aria-pressed={number === shown} onClick={() => choose(number)}>
              {number === shown ? 'Shown' : 'Show'}
            </button>
          ),
        },
      ]}
    />
  );
}

function AliasHistory({ model }: { model: string }) {
  const moves = useList('/api/v1/models/{model}/alias-history', { model, limit: 20 });
  return (
    <>
      <Loaded
        query={moves}
        isEmpty={(items) => items.length === 0}
        empty="No alias has been set. Make a version champion, and it is served where an endpoint follows that alias."
      >
        {(items) => (
          <Timeline
            label="Moves of aliases, newest first"
            moments={items.map(({ alias, sequence, from, to, at, actorName, reason, bypassed }) => ({
              key: `${alias} ${sequence}`,
              tone: bypassed ? 'bad' : to === null ? 'warn' : 'good',
              when: (
                <>
                  <Time at={at} /> by {actorName}
                </>
              ),
              what: (
                <>
                  <strong>{alias}</strong> {from !== null && `v${from} → `}
                  {to === null ? 'removed' : `v${to}`} {bypassed && <State value="error" label="past the gate" />}
                </>
              ),
              more: reason,
            }))}
          />
        )}
      </Loaded>
      <More list={moves} />
    </>
  );
}
