import { client, type Schemas, useAction, useApi } from '../../api.ts';
import { Refusal } from '../../components/action.tsx';
import { Card, Figure } from '../../components/card.tsx';
import { Digest } from '../../components/facts.tsx';
import { formatCount } from '../../components/format.ts';
import { Loaded } from '../../components/loaded.tsx';
import { State } from '../../components/state.tsx';
import { Time } from '../../components/time.tsx';

/** The newest signed checkpoint, and a check of the whole ledger when asked. */
export function Seal() {
  // Sealing is no event, so nothing live tells of it.
  const latest = useApi('/api/v1/ledger/checkpoints/latest', {}, { everyMs: 5_000 });
  const verify = useAction(() => client.post('/api/v1/ledger/verify'));
  return (
    <Card
      title="Seal"
      side={
        <button type="button" className="primary" disabled={verify.isPending} onClick={() => verify.mutate(undefined)}>
          {verify.isPending ? 'Checking …' : 'Verify the whole ledger'}
        </button>
      }
    >
      <Loaded
        query={latest}
        isEmpty={({ checkpoint }) => checkpoint === null}
        empty="No checkpoint yet: the first events are sealed within seconds."
      >
        {({ checkpoint }) => (
          <div className="figures">
            <Figure label="events sealed" value={formatCount(checkpoint!.size)} />
            <Figure
              label="root of their tree"
              value={<Digest of={checkpoint!.root} />}
              note={`signed by key ${checkpoint!.keyId}`}
            />
            <Figure label="sealed" value={<Time at={checkpoint!.at} />} />
          </div>
        )}
      </Loaded>
      <div role="status">
        {verify.data !== undefined && <Verdict verdict={verify.data as Schemas['LedgerVerdict']} />}
      </div>
      {verify.error && <Refusal error={verify.error} />}
    </Card>
  );
}

function Verdict({ verdict: { ok, events, checkpoints, sealedTo, problems } }: { verdict: Schemas['LedgerVerdict'] }) {
  return (
    <div className="verdict">
      <p>
        <State value={ok ? 'ok' : 'error'} label={ok ? 'untouched' : 'tampered with'} /> {formatCount(events)} events
        and {formatCount(checkpoints)} checkpoints were checked; sealed up to {formatCount(sealedTo)}.
      </p>
      <ul className="plain">
        {problems.map(({ kind, position, message }) => (
          <li key={`${kind} ${position}`}>
            <State value="error" label={kind} /> at {position}: {message}
          </li>
        ))}
      </ul>
    </div>
  );
}
