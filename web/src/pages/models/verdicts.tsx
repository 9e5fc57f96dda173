import { type Schemas, useList } from '../../api.ts';
import { Json } from '../../components/facts.tsx';
import { formatCell } from '../../components/format.ts';
import { Loaded } from '../../components/loaded.tsx';
import { More } from '../../components/more.tsx';
import { State } from '../../components/state.tsx';
import { Time } from '../../components/time.tsx';

type Verdict = Schemas['GateVerdict'];

/** What gates said of a version: each rule, the values it saw, and whose approval is missing. */
export function Verdicts({ model, version }: { model: string; version: number }) {
  const verdicts = useList('/api/v1/gate-verdicts', { model, version, limit: 5 });
  return (
    <>
      <Loaded
        query={verdicts}
        isEmpty={(items) => items.length === 0}
        empty="No gate has judged it: nobody has tried to promote it to a place that a gate guards."
      >
        {(items) => (
          <div className="stack">
            {items.map((verdict) => (
              <OneVerdict key={verdict.id} verdict={verdict} />
            ))}
          </div>
        )}
      </Loaded>
      <More list={verdicts} />
    </>
  );
}

function OneVerdict({ verdict: { outcome, target, at, actorName, rules, approvals, evidence } }: { verdict: Verdict }) {
  return (
    <div className="verdict">
      <div className="badge-row">
        <State value={outcome} />
        <strong>
          {target.kind} {target.name}
        </strong>
        <span className="quiet">
          asked by {actorName} <Time at={at} />
        </span>
      </div>
      <ul className="checks findings">
        {rules.map(({ gate, rule, outcome: said, severity, message, reason, values }) => (
          <li key={`${gate} ${rule}`}>
            <State
              value={said === 'passed' ? 'passed' : severity === 'warn' ? 'warned' : 'failed'}
              label={said === 'error' ? 'no answer' : said}
            />
            <div>
              <strong>{rule}</strong> <span className="quiet">{[message, reason].filter(Boolean).join(' ')}</span>
              <div className="numbers">
                {Object.entries(values).map(([path, value]) => (
                  <span key={path}>
                    {path} <b>{formatCell(value)}</b>
                  </span>
                ))}
              </div>
            </div>
          </li>
        ))}
        {approvals.map(({ gate, granted, required, reason }) => (
          <li key={gate}>
            <State value={granted >= required ? 'approved' : 'waiting'} />
            <div>
              <strong>
                {granted} of {required} approvals
              </strong>{' '}
              <span className="quiet">
                gate {gate}
                {reason && `: ${reason}`}
              </span>
            </div>
          </li>
        ))}
      </ul>
      <details>
        <summary>All the evidence it was judged on</summary>
        <Json label="Evidence" value={evidence} />
      </details>
    </div>
  );
}
