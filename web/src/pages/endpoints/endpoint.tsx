import { Link, useParams } from '@tanstack/react-router';
import { type Schemas, useApi } from '../../api.ts';
import { Card, PageHead } from '../../components/card.tsx';
import { Facts, Json } from '../../components/facts.tsx';
import { FindWhy } from '../../components/find-why.tsx';
import { Loaded } from '../../components/loaded.tsx';
import { State } from '../../components/state.tsx';
import { Time } from '../../components/time.tsx';
import { Experiments } from './experiments.tsx';
import { Predictions } from './predictions.tsx';
import { Rollouts } from './rollouts.tsx';
import { Figures, Traffic } from './traffic.tsx';

/** One endpoint: who answers, how well, and the rollouts that decide about it. */
export default function Endpoint() {
  const { name } = useParams({ strict: false }) as { name: string };
  const endpoint = useApi('/api/v1/endpoints/{name}', { name }, { everyMs: 5_000 });
  const stats = useApi('/api/v1/endpoints/{name}/stats', { name }, { everyMs: 5_000 });
  return (
    <Loaded query={endpoint}>
      {({ state, reason, variants, spec, revision, updatedAt }) => (
        <>
          <PageHead
            title={
              <span className="badge-row">
                {name} <State value={state} />
              </span>
            }
          >
            {spec.description || `Answers with the model ${spec.model}.`}
          </PageHead>
          {reason && <p className="failure">{reason}</p>}
          <div className="grid pair">
            <Traffic variants={variants} />
            <Card title="Why this prediction?">
              <p className="quiet">
                Every answer has an id; it leads back to the model, the run, the rows and the decisions behind it.
              </p>
              <FindWhy />
            </Card>
            <div className="wide">
              <Rollouts endpoint={name} />
            </div>
            <Experiments endpoint={name} />
            <div className="wide">
              <Loaded query={stats}>{(found) => <Figures stats={found} />}</Loaded>
            </div>
            <div className="wide">
              <Predictions endpoint={name} />
            </div>
            <Declaration spec={spec} revision={revision} updatedAt={updatedAt} />
          </div>
        </>
      )}
    </Loaded>
  );
}

function Declaration({ spec, revision, updatedAt }: Pick<Schemas['Endpoint'], 'spec' | 'revision' | 'updatedAt'>) {
  return (
    <Card title="Declaration" wide>
      <Facts
        of={{
          Model: (
            <Link to="/models/$name" params={{ name: spec.model }}>
              {spec.model}
            </Link>
          ),
          'Follows the alias': spec.alias,
          'Routing revision': revision,
          Changed: <Time at={updatedAt} />,
          'Deadline of a request': `${spec.timeoutMs} ms`,
          Logged: `${spec.log.sample * 100} % for ${spec.log.retentionDays} days`,
        }}
      />
      <details>
        <summary>As declared</summary>
        <Json label="The endpoint as declared" value={spec} />
      </details>
    </Card>
  );
}
