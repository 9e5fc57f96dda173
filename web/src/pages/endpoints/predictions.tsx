import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { type Schemas, useList } from '../../api.ts';
import { Card } from '../../components/card.tsx';
import { formatCell, formatNumber } from '../../components/format.ts';
import { Loaded } from '../../components/loaded.tsx';
import { More } from '../../components/more.tsx';
import { Table } from '../../components/table.tsx';
import { Time } from '../../components/time.tsx';

type Prediction = Schemas['LoggedPrediction'];
const kinds = { answered: 'Answered', failed: 'Failed', labelled: 'With a label', shadow: 'In the shadow' } as const;
type Kind = keyof typeof kinds;
const filters = {
  answered: { shadow: false },
  failed: { code: 500 },
  labelled: { labelled: true },
  shadow: { shadow: true },
} as const;
const shownValues = 4;

/** What was asked and answered last, as the log has it. */
export function Predictions({ endpoint }: { endpoint: string }) {
  const [kind, setKind] = useState<Kind>('answered');
  const predictions = useList('/api/v1/endpoints/{name}/predictions', { name: endpoint, limit: 10, ...filters[kind] });
  return (
    <Card title="Predictions" side={<Kinds chosen={kind} choose={setKind} />}>
      <Loaded query={predictions} isEmpty={(items) => items.length === 0} empty="The log has none of these.">
        {(items) => (
          <>
            <Table
              caption="Logged predictions, newest first"
              rows={items}
              keyOf={({ predictionId, variant }) => `${predictionId} ${variant}`}
              columns={[
                { title: 'When', show: ({ at }) => <Time at={at} /> },
                {
                  title: 'Prediction',
                  show: ({ predictionId }) => (
                    <Link to="/why/$id" params={{ id: predictionId }}>
                      {predictionId.length > 24 ? `${predictionId.slice(0, 22)}…` : predictionId}
                    </Link>
                  ),
                },
                { title: 'Answered by', show: ({ variant, version }) => `${variant} v${version}` },
                { title: 'Asked', wide: true, show: ({ features }) => <Values of={features} /> },
                { title: 'Answer', show: answerOf },
                { title: 'Label', show: ({ label }) => (label === undefined ? '–' : formatCell(label)) },
                { title: 'ms', numeric: true, show: ({ latencyMs }) => formatNumber(latencyMs) },
              ]}
            />
            <More list={predictions} />
          </>
        )}
      </Loaded>
    </Card>
  );
}

function Kinds({ chosen, choose }: { chosen: Kind; choose: (kind: Kind) => void }) {
  return (
    <span className="buttons">
      {(Object.keys(kinds) as Kind[]).map((kind) => (
        <button key={kind} type="button" aria-pressed={kind === chosen} onClick={() => choose(kind)}>
          {kinds[kind]}
        </button>
      ))}
    </span>
  );
}

function answerOf({ code, score, outputs }: Prediction) {
  if (code >= 400) return `refused or failed (${code})`;
  return score === null ? <Values of={outputs} /> : formatNumber(score);
}

function Values({ of: values }: { of: Prediction['features'] }) {
  const entries = Object.entries(values);
  const text = entries.map(([name, value]) => `${name} ${formatCell(value)}`);
  const rest = entries.length - shownValues;
  return (
    <span title={text.join('\n')}>
      {text.slice(0, shownValues).join(', ')}
      {rest > 0 && <span className="quiet"> and {rest} more</span>}
    </span>
  );
}
