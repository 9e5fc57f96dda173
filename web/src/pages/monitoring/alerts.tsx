import { Link } from '@tanstack/react-router';
import { client, type Schemas, useList } from '../../api.ts';
import { AskButton } from '../../components/action.tsx';
import { Loaded } from '../../components/loaded.tsx';
import { More } from '../../components/more.tsx';
import { State } from '../../components/state.tsx';
import { Time } from '../../components/time.tsx';
import { withShortTimes } from '../../components/wording.ts';
import { boundOf, measureOf } from './measure.ts';

type Alert = Schemas['Alert'];

interface Props {
  monitor?: string;
  status?: Alert['status'];
  empty: string;
}

/** Alerts, newest first; an open one can be taken on. */
export function Alerts({ monitor, status, empty }: Props) {
  const alerts = useList('/api/v1/alerts', { limit: 10, ...(monitor && { monitor }), ...(status && { status }) });
  return (
    <>
      <Loaded query={alerts} isEmpty={(items) => items.length === 0} empty={empty}>
        {(items) => (
          <ul className="plain approvals">
            {items.map((alert) => (
              <OneAlert key={alert.id} alert={alert} />
            ))}
          </ul>
        )}
      </Loaded>
      <More list={alerts} />
    </>
  );
}

function OneAlert({ alert }: { alert: Alert }) {
  const { id, monitor, severity, status, summary, openedAt, resolvedAt, worst, acknowledgedAt, acknowledgedBy, note } =
    alert;
  return (
    <li>
      <div className="card-head">
        <div>
          <span className="badge-row">
            <State value={status === 'open' ? severity : 'resolved'} />
            <Link to="/monitoring/$name" params={{ name: monitor }}>
              {monitor}
            </Link>
            <span className="quiet">
              opened <Time at={openedAt} />
              {resolvedAt && (
                <>
                  , resolved <Time at={resolvedAt} />
                </>
              )}
            </span>
          </span>
          <div>{withShortTimes(summary)}</div>
          <div className="numbers">
            {worst.slice(0, 6).map((value) => (
              <span key={`${value.series} ${value.method} ${value.threshold}`}>
                {value.series} <b>{measureOf(value)}</b> {boundOf(value) && `(${boundOf(value)})`}
              </span>
            ))}
          </div>
          {acknowledgedAt && (
            <div className="quiet">
              {acknowledgedBy} looks after it since <Time at={acknowledgedAt} />
              {note && `: ${note}`}
            </div>
          )}
        </div>
        {status === 'open' && !acknowledgedAt && (
          <AskButton
            label="Acknowledge"
            title="Say that you look after it"
            run={(note) => client.post('/api/v1/alerts/{id}/acknowledge', { id, ...(note && { note }) })}
          />
        )}
      </div>
    </li>
  );
}
