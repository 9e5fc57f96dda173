import { useQuery } from '@tanstack/react-query';
import { type LiveEvent, type Schemas, useApi } from '../../api.ts';
import { Card } from '../../components/card.tsx';
import { Digest, Facts, Json } from '../../components/facts.tsx';
import { Loaded } from '../../components/loaded.tsx';
import { State } from '../../components/state.tsx';
import { Time } from '../../components/time.tsx';
import { wordsOf } from '../../components/wording.ts';
import { checkProof, type ProofCheck } from './check-proof.ts';

/** One event: all it says, and the proof that it stands in the sealed ledger, checked by this page. */
export function EventDetail({ event, close }: { event: LiveEvent; close: () => void }) {
  const proof = useApi('/api/v1/ledger/events/{position}/proof', { position: event.position });
  return (
    <Card
      title={`${event.position}: ${wordsOf(event.type)}`}
      side={
        <button type="button" onClick={close}>
          Close
        </button>
      }
    >
      <div className="stack">
        <Facts
          of={{
            Type: <code>{event.type}</code>,
            When: <Time at={event.at} exact />,
            By: event.actor.name,
            About: `${event.subject.kind} ${event.subject.name ?? event.subject.id}`,
          }}
        />
        <Json label="Data of the event" value={event.data} />
        <section>
          <h3>Proof</h3>
          <Loaded query={proof}>{(found) => <Proof proof={found} />}</Loaded>
        </section>
      </div>
    </Card>
  );
}

const says: Record<ProofCheck, [string, string, string]> = {
  holds: [
    'ok',
    'verified here',
    'This page hashed the event up its path and came to the root of the signed checkpoint.',
  ],
  broken: [
    'error',
    'does not hold',
    'The path does not lead to the root of the checkpoint: the ledger or this answer was changed.',
  ],
  unable: [
    'waiting',
    'not checked here',
    'A browser checks proofs over https or on this machine only; `tidemill audit verify` does it anywhere.',
  ],
};

function Proof({ proof }: { proof: Schemas['LedgerProof'] }) {
  const check = useQuery({ queryKey: ['check', proof.leaf, proof.checkpoint.root], queryFn: () => checkProof(proof) });
  const [state, label, why] = says[check.data ?? 'unable'];
  return (
    <>
      {check.data && (
        <p>
          <State value={state} label={label} /> {why}
        </p>
      )}
      <Facts
        of={{
          'Digest of the event': <Digest of={proof.digest} />,
          Leaf: <Digest of={proof.leaf} />,
          'Hashes on the path': proof.path.length,
          'Root of the checkpoint': <Digest of={proof.checkpoint.root} />,
          'Events it seals': proof.checkpoint.size,
          'Signed by key': <code>{proof.checkpoint.keyId}</code>,
        }}
      />
      <details>
        <summary>The whole proof, to check elsewhere</summary>
        <Json label="Proof" value={proof} />
      </details>
    </>
  );
}
