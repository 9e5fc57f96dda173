import type { Schemas } from '../../api.ts';
import { formatCount, formatNumber } from '../../components/format.ts';
import { State } from '../../components/state.tsx';

type Found = Schemas['Judgement'];

const words = { pass: 'passed', fail: 'failed', inconclusive: 'waiting' };

/** One look of the judge: each rule's verdict and the numbers it saw. */
export function Judgement({ judgement }: { judgement: Found }) {
  const { candidateRows, championRows, candidateLabels, findings } = judgement;
  return (
    <div>
      <p className="quiet">
        Judged on {formatCount(candidateRows)} rows of the candidate ({formatCount(candidateLabels)} with labels) and{' '}
        {formatCount(championRows)} of the champion.
      </p>
      <ul className="checks findings">
        {findings.map(({ rule, verdict, message, numbers }) => (
          <li key={rule}>
            <State value={words[verdict]} label={verdict === 'inconclusive' ? 'not yet' : words[verdict]} />
            <div>
              <strong>{rule.replaceAll('-', ' ')}</strong> <span className="quiet">{message}</span>
              <div className="numbers">
                {Object.entries(numbers).map(([name, value]) => (
                  <span key={name}>
                    {name} <b>{formatNumber(value)}</b>
                  </span>
                ))}
              </div>
            </div>
          </li>
        ))}
      </ul>
    </div>
  );
}
