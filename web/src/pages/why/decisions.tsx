import { Link } from '@tanstack/react-router';
import type { Schemas } from '../../api.ts';
import { formatNumber } from '../../components/format.ts';
import { State } from '../../components/state.tsx';
import { Time } from '../../components/time.tsx';
import { withShortTimes } from '../../components/wording.ts';
import { Ring } from './ring.tsx';

type Explanation = Schemas['Explanation'];

/** What gates and people said before the model was let in. */
export function Decisions({ of: { verdicts, approvals } }: { of: Explanation }) {
  return (
    <Ring title="Decisions">
      {verdicts.length + approvals.length === 0 && <p className="empty">No gate guarded it and nobody was asked.</p>}
      {verdicts.map(({ id, target, outcome, askedBy, at, rules }) => (
        <div key={id} className="verdict">
          <div className="badge-row">
            <State value={outcome} /> <strong>{target}</strong>
            <span className="quiet">
              asked by {askedBy} <Time at={at} />
            </span>
          </div>
          <ul className="checks findings">
            {rules.map(({ gate, rule, passed, detail }) => (
              <li key={`${gate} ${rule}`}>
                <State value={passed ? 'passed' : 'failed'} />
                <div>
                  <strong>{rule}</strong> <span className="quiet">{detail}</span>
                </div>
              </li>
            ))}
          </ul>
        </div>
      ))}
      {approvals.map(({ gate, target, status, requestedBy, requestedAt, votes }) => (
        <div key={`${gate} ${requestedAt}`} className="verdict">
          <div className="badge-row">
            <State value={status} /> <strong>{target}</strong>
            <span className="quiet">
              gate {gate}, asked by {requestedBy} <Time at={requestedAt} />
            </span>
          </div>
          {votes.map(({ name, at, decision, reason }) => (
            <div key={`${name} ${at}`} className="vote">
              {name}: {decision} <Time at={at} />
              {reason && `, ${reason}`}
            </div>
          ))}
        </div>
      ))}
    </Ring>
  );
}

/** How the world stood to the training data when the model answered. */
export function Drift({ of: { drift, alerts } }: { of: Explanation }) {
  return (
    <Ring title="The world at that time">
      {drift.length === 0 && <p className="empty">No monitor had looked at that moment.</p>}
      {drift.map(({ monitor, kind, status, windowFrom, windowTo, worst }) => (
        <div key={`${monitor} ${windowFrom}`} className="verdict">
          <div className="badge-row">
            <State value={status} />
            <Link to="/monitoring/$name" params={{ name: monitor }}>
              {monitor}
            </Link>
            <span className="quiet">
              {kind.replaceAll('-', ' ')}, <Time at={windowFrom} exact /> to <Time at={windowTo} exact />
            </span>
          </div>
          <div className="numbers">
            {worst.map(({ series, method, value, threshold }) => (
              <span key={`${series} ${method} ${threshold}`}>
                {series} <b>{formatNumber(value)}</b> {threshold !== null && `(bound ${formatNumber(threshold)})`}
              </span>
            ))}
          </div>
        </div>
      ))}
      {alerts.map(({ id, monitor, summary, openedAt }) => (
        <p key={id}>
          <State value="open" label="alert" />{' '}
          <Link to="/monitoring/$name" params={{ name: monitor }}>
            {monitor}
          </Link>{' '}
          {withShortTimes(summary)} <Time at={openedAt} />
        </p>
      ))}
    </Ring>
  );
}
