import { useState } from 'react';
import { client, type Schemas, useApi, useList } from '../../api.ts';
import { ActionButton, AskButton } from '../../components/action.tsx';
import { Card } from '../../components/card.tsx';
import { Loaded } from '../../components/loaded.tsx';
import { More } from '../../components/more.tsx';
import { State } from '../../components/state.tsx';
import { Table } from '../../components/table.tsx';
import { Time } from '../../components/time.tsx';
import { ExperimentReport } from './experiment-report.tsx';

type Experiment = Schemas['EndpointExperiment'];
const kinds = { ab: 'A/B experiment', bandit: 'bandit', shadow: 'challengers in the shadow' };

/** The experiments among an endpoint's variants; nothing where there has been none. */
export function Experiments({ endpoint }: { endpoint: string }) {
  const experiments = useList('/api/v1/endpoint-experiments', { endpoint, limit: 20 });
  const [chosen, setChosen] = useState<string>();
  if (experiments.data?.length === 0) return null;
  return (
    <Card title="Experiments" wide>
      <Loaded query={experiments}>
        {(items) => {
          const shown = items.find(({ id }) => id === chosen) ?? items[0]!;
          return (
            <div className="stack">
              <OneExperiment key={shown.id} experiment={shown} />
              {items.length > 1 && <Others items={items} shown={shown.id} choose={setChosen} />}
              <More list={experiments} />
            </div>
          );
        }}
      </Loaded>
    </Card>
  );
}

function OneExperiment({ experiment }: { experiment: Experiment }) {
  const { id, state, spec, createdAt, startedBy, decision, reason } = experiment;
  const isActive = state === 'running' || (state === 'decided' && experiment.endedAt === undefined);
  const report = useApi('/api/v1/endpoint-experiments/{id}/report', { id }, isActive ? { everyMs: 3_000 } : {});
  return (
    <section className="stack" aria-label={spec.description || `The ${kinds[spec.kind]}`}>
      <div className="card-head">
        <span className="badge-row">
          <strong>{spec.description || kinds[spec.kind]}</strong>
          <State value={state} />
          <span className="quiet">
            {kinds[spec.kind]}, started <Time at={createdAt} /> by {startedBy}
          </span>
        </span>
        {isActive && <Buttons experiment={experiment} />}
      </div>
      {(decision?.reason ?? reason) && <p>{decision?.reason ?? reason}</p>}
      <Loaded query={report}>{(found) => <ExperimentReport report={found} />}</Loaded>
    </section>
  );
}

function Buttons({ experiment: { id, spec, frozen } }: { experiment: Experiment }) {
  return (
    <span className="buttons">
      {spec.kind === 'bandit' && (
        <ActionButton
          label={frozen ? 'Let shares move' : 'Freeze shares'}
          run={() => client.post(`/api/v1/endpoint-experiments/{id}/${frozen ? 'thaw' : 'freeze'}`, { id })}
        />
      )}
      <AskButton
        label="Stop"
        title="End the experiment?"
        run={(reason) => client.post('/api/v1/endpoint-experiments/{id}/stop', { id, ...(reason && { reason }) })}
      />
    </span>
  );
}

interface OthersProps {
  items: readonly Experiment[];
  shown: string;
  choose: (id: string) => void;
}

function Others({ items, shown, choose }: OthersProps) {
  return (
    <Table
      caption="All experiments of the endpoint"
      rows={items}
      keyOf={({ id }) => id}
      columns={[
        { title: 'Experiment', show: ({ spec }) => spec.description || kinds[spec.kind] },
        { title: 'State', show: ({ state }) => <State value={state} /> },
        { title: 'Why', show: ({ decision, reason }) => decision?.reason ?? reason ?? '–' },
        { title: 'Started', show: ({ createdAt }) => <Time at={createdAt} /> },
        {
          title: 'Details',
          show: ({ id }) => (
            <button type="button" aria-pressed={id === shown} onClick={() => choose(id)}>
              {id === shown ? 'Shown' : 'Show'}
            </button>
          ),
        },
      ]}
    />
  );
}
