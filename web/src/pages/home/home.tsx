import { Link } from '@tanstack/react-router';
import { type Schemas, useApi } from '../../api.ts';
import { Card, PageHead } from '../../components/card.tsx';
import { FindWhy } from '../../components/find-why.tsx';
import { Loaded } from '../../components/loaded.tsx';
import { State } from '../../components/state.tsx';
import { Time } from '../../components/time.tsx';
import { withShortTimes } from '../../components/wording.ts';
import { LoopPicture } from './loop-picture.tsx';
import { RecentEvents } from './recent-events.tsx';

/** Home: the loop as a picture, what needs attention, and what just happened. */
export default function Home() {
  const loop = useApi('/api/v1/loop', undefined, { everyMs: 15_000 });
  return (
    <>
      <PageHead title="The loop">From data to predictions and back, as it stands now.</PageHead>
      <Loaded query={loop}>
        {({ stations, attention }) => (
          <div className="grid pair">
            <Card wide>
              <LoopPicture stations={stations} />
            </Card>
            <div className="stack">
              <Card title="Needs attention">
                <NeedsAttention items={attention} />
              </Card>
              <Card title="Why this prediction?">
                <p className="quiet">From one answer back to its model, run, code, rows, approvals and drift.</p>
                <FindWhy />
              </Card>
            </div>
            <Card title="Just happened" side={<Link to="/ledger">All events</Link>}>
              <RecentEvents />
            </Card>
          </div>
        )}
      </Loaded>
    </>
  );
}

function NeedsAttention({ items }: { items: readonly Schemas['Attention'][] }) {
  if (items.length === 0) return <p className="empty">Nothing. Everything runs by the rules you wrote.</p>;
  return (
    <ul className="attention">
      {items.slice(0, 12).map((item) => (
        <li key={`${item.kind}-${item.text}-${item.at}`}>
          <State value={item.severity === 'info' ? 'resolved' : item.severity} label={item.severity} />
          <Link to={item.link as '/'}>{withShortTimes(item.text)}</Link>
          <span className="quiet">
            <Time at={item.at} />
          </span>
        </li>
      ))}
    </ul>
  );
}
