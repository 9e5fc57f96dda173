import { Link } from '@tanstack/react-router';
import { client, type Schemas, useList } from '../../api.ts';
import { AskButton } from '../../components/action.tsx';
import { Meter } from '../../components/bars.tsx';
import { Loaded } from '../../components/loaded.tsx';
import { More } from '../../components/more.tsx';
import { State } from '../../components/state.tsx';
import { Time } from '../../components/time.tsx';

type Approval = Schemas['Approval'];

interface Props {
  model?: string;
  status?: Approval['status'];
  empty: string;
}

/** Requests for approval, each with its votes and, while it is open, the buttons to vote. */
export function Approvals({ model, status, empty }: Props) {
  const approvals = useList('/api/v1/approvals', { limit: 20, ...(model && { model }), ...(status && { status }) });
  return (
    <>
      <Loaded query={approvals} isEmpty={(items) => items.length === 0} empty={empty}>
        {(items) => (
          <ul className="plain approvals">
            {items.map((approval) => (
              <OneApproval key={approval.id} approval={approval} />
            ))}
          </ul>
        )}
      </Loaded>
      <More list={approvals} />
    </>
  );
}

function OneApproval({ approval }: { approval: Approval }) {
  const { model, version, target, gate, status, required, votes, requestedBy, requestedAt, expiresAt, reason } =
    approval;
  const granted = votes.filter(({ decision }) => decision === 'approve').length;
  return (
    <li>
      <div className="card-head">
        <div>
          <span className="badge-row">
            <State value={status} />
            <Link to="/models/$name" params={{ name: model }}>
              {model} v{version}
            </Link>
            <span>
              to {target.kind} <strong>{target.name}</strong>
            </span>
            <Meter
              part={Math.min(granted, required)}
              of={required}
              tone={status === 'approved' ? 'good' : 'accent'}
              label={`${granted} of ${required} approvals`}
            />
          </span>
          <div className="quiet">
            gate {gate}, asked by {requestedBy.name} <Time at={requestedAt} />
            {expiresAt && (
              <>
                , expires <Time at={expiresAt} />
              </>
            )}
            {reason && `: ${reason}`}
          </div>
        </div>
        {status === 'pending' && <Vote approval={approval} />}
      </div>
      <Votes votes={votes} />
    </li>
  );
}

function Vote({ approval: { id, model, version, target } }: { approval: Approval }) {
  const what = `${model} v${version} to ${target.kind} ${target.name}`;
  return (
    <span className="buttons">
      <AskButton
        label="Approve"
        title={`Approve ${what}?`}
        primary
        run={(reason) => client.post('/api/v1/approvals/{id}/approve', { id, ...(reason && { reason }) })}
      >
        <p className="quiet">It counts for exactly this artifact, this evidence and this wording of the gate.</p>
      </AskButton>
      <AskButton
        label="Reject"
        title={`Reject ${what}?`}
        run={(reason) => client.post('/api/v1/approvals/{id}/reject', { id, ...(reason && { reason }) })}
      />
    </span>
  );
}

function Votes({ votes }: { votes: Approval['votes'] }) {
  return votes.map(({ actorId, actorName, decision, reason, at }) => (
    <div key={`${actorId} ${at}`} className="vote">
      <State value={decision === 'approve' ? 'approved' : 'rejected'} /> {actorName} <Time at={at} />
      {reason && `: ${reason}`}
    </div>
  ));
}
