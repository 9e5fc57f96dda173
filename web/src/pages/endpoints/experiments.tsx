import { client, type Schemas, useApi, useList } from '../../api.ts';
import { ActionButton, AskButton } from '../../components/action.tsx';
import { Card } from '../../components/card.tsx';
import { Loaded } from '../../components/loaded.tsx';
import { OpenedOf } from '../../components/opened-of.tsx';
import { State } from '../../components/state.tsx';
import { Time } from '../../components/time.tsx';
import { ExperimentReport } from './experiment-report.tsx';

type Experiment = Schemas['EndpointExperiment'];
const kinds = { ab: 'A/B experiment', bandit: 'bandit', shadow: 'challengers in the shadow' };

/** The experiments among an endpoint's variants; nothing where there has been none. */
export function Experiments({ endpoint }: { endpoint: string }) {
  const experiments = useList('/api/v1/endpoint-experiments', { endpoint, limit: 20 });
  if (experiments.data?.length === 0) return null;
  return (
    <Card title="Experiments" wide>
      <Loaded query={experiments}>
        {(items) => (
          <OpenedOf
            items={items}
            list={experiments}
            caption="All experiments of the endpoint"
            title="Experiment"
            name={({ spec }) => spec.description || kinds[spec.kind]}
            why={({ decision, reason }) => decision?.reason ?? reason ?? '–'}
            show={(experiment) => <OneExperiment key={experiment.id} experiment={experiment} />}
          />
        )}
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
