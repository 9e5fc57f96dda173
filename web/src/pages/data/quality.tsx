import { useState } from 'react';
import { type Schemas, useApi, useList } from '../../api.ts';
import { Meter } from '../../components/bars.tsx';
import { Card } from '../../components/card.tsx';
import { Chips } from '../../components/facts.tsx';
import { formatCell, formatCount } from '../../components/format.ts';
import { Loaded } from '../../components/loaded.tsx';
import { More } from '../../components/more.tsx';
import { State } from '../../components/state.tsx';
import { Table } from '../../components/table.tsx';
import { Time } from '../../components/time.tsx';

type Validation = Schemas['DatasetValidation'];
type Check = Schemas['CheckResult'];

/** What the rules found: each rule of one validation, and all validations over time. */
export function Quality({ name }: { name: string }) {
  const validations = useList('/api/v1/datasets/{name}/validations', { name });
  const [chosen, setChosen] = useState<string>();
  return (
    <Loaded
      query={validations}
      isEmpty={(items) => items.length === 0}
      empty="No rule has judged this dataset yet: give it expectations in the project, and the next ingest is judged by them."
    >
      {(items) => {
        const validation = items.find(({ id }) => id === chosen) ?? items[0]!;
        return (
          <div className="stack">
            <Checks validation={validation} />
            <Card title="All validations">
              <History items={items} shown={validation.id} choose={setChosen} />
              <More list={validations} />
            </Card>
          </div>
        );
      }}
    </Loaded>
  );
}

function Checks({ validation }: { validation: Validation }) {
  const checks = useApi('/api/v1/dataset-validations/{id}/checks', { id: validation.id });
  const what = validation.version === null ? 'refused rows' : `version ${validation.version}`;
  return (
    <Card title={`Rules, on ${what}`} side={<State value={validation.outcome} />}>
      <Loaded query={checks} isEmpty={({ items }) => items.length === 0} empty="This validation had no rules.">
        {({ items }) => (
          <ul className="checks">
            {items.map((check) => (
              <CheckLine key={check.rule} check={check} />
            ))}
          </ul>
        )}
      </Loaded>
    </Card>
  );
}

function CheckLine({ check }: { check: Check }) {
  const { rule, passed, severity, checkedRows, failedRows, message, examples } = check;
  return (
    <li>
      <State
        value={passed ? 'passed' : severity === 'warn' ? 'warning' : 'failed'}
        label={passed ? 'passed' : severity === 'warn' ? 'warned' : 'failed'}
      />
      <div>
        <strong>{rule}</strong> <span className="quiet">{message}</span>
        {examples && examples.length > 0 && (
          <div className="check-examples">
            such as <Chips of={[...new Set(examples.slice(0, 8).map(formatCell))]} />
          </div>
        )}
      </div>
      {failedRows !== undefined && (
        <Meter
          part={checkedRows - failedRows}
          of={checkedRows}
          tone={failedRows === 0 ? 'good' : passed || severity === 'warn' ? 'warn' : 'bad'}
          label={`of ${formatCount(checkedRows)} rows pass, ${formatCount(failedRows)} fail`}
        />
      )}
    </li>
  );
}

interface HistoryProps {
  items: readonly Validation[];
  shown: string;
  choose: (id: string) => void;
}

function History({ items, shown, choose }: HistoryProps) {
  return (
    <Table
      caption="Validations, newest first"
      rows={items}
      keyOf={({ id }) => id}
      columns={[
        { title: 'Outcome', show: ({ outcome }) => <State value={outcome} /> },
        { title: 'Version', show: ({ version }) => version ?? 'refused' },
        { title: 'Rows', numeric: true, show: ({ rows }) => formatCount(rows) },
        {
          title: 'Kept',
          show: ({ rows, quarantinedRows }) => (
            <Meter
              part={rows - quarantinedRows}
              of={rows}
              tone={quarantinedRows > 0 ? 'warn' : 'good'}
              label={`kept, ${formatCount(quarantinedRows)} quarantined`}
            />
          ),
        },
        { title: 'Broken rules', show: ({ failedRules }) => <Chips of={failedRules} /> },
        { title: 'When', show: ({ at }) => <Time at={at} /> },
        {
          title: 'Rules',
          show: ({ id }) => (
            <button type="button" aria-pressed={id === shown} onClick={() => choose(id)}>
              {id === shown ? 'Shown' : 'Show'}
            </button>
          ),
        },
      ]}
    />
  );
}
