import { Link } from '@tanstack/react-router';
import { useList } from '../../api.ts';
import { SplitBar } from '../../components/bars.tsx';
import { Card, PageHead } from '../../components/card.tsx';
import { FindWhy } from '../../components/find-why.tsx';
import { Loaded } from '../../components/loaded.tsx';
import { More } from '../../components/more.tsx';
import { State } from '../../components/state.tsx';
import { slicesOf } from './traffic.tsx';

/** All endpoints with where their traffic goes. */
export default function Endpoints() {
  const endpoints = useList('/api/v1/endpoints');
  return (
    <>
      <PageHead title="Endpoints" side={<FindWhy />}>
        Where models answer, and who gets which.
      </PageHead>
      <Loaded
        query={endpoints}
        isEmpty={(items) => items.length === 0}
        empty={
          <>
            No endpoint yet. Declare one with <code>defineEndpoint</code> in a project and <code>tidemill apply</code>.
            It answers as soon as its alias names a version.
          </>
        }
      >
        {(items) => (
          <div className="grid">
            {items.map(({ name, state, reason, spec, variants, rolloutId }) => (
              <Card
                key={name}
                title={
                  <Link to="/endpoints/$name" params={{ name }}>
                    {name}
                  </Link>
                }
                side={
                  <span className="badge-row">
                    {rolloutId && <State value="running" label="rollout" />}
                    <State value={state} />
                  </span>
                }
              >
                <p className="quiet">{spec.description || `Answers with ${spec.model}, alias ${spec.alias}.`}</p>
                {reason && <p className="failure">{reason}</p>}
                {variants.length > 0 && <SplitBar label="Traffic" slices={slicesOf(variants)} />}
              </Card>
            ))}
          </div>
        )}
      </Loaded>
      <More list={endpoints} label="Show more" />
    </>
  );
}
