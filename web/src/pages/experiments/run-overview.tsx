import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { client, type Schemas } from '../../api.ts';
import { Facts } from '../../components/facts.tsx';
import { type Column, Table } from '../../components/table.tsx';
import { Time } from '../../components/time.tsx';
import { inOrder, numberText } from './columns.ts';
import { EditText } from './edit-text.tsx';
import { RunTags } from './run-tags.tsx';
import { useChildren } from './use-runs.ts';

type Run = Schemas['RunDetails'];

const noteKey = 'mlflow.note.content';

/** What is known of a run: its note, metrics, parameters, tags, data, code and surroundings, and the runs under it. */
export function RunOverview({ run }: { run: Run }) {
  const { id, user, actorId, tags, params, code, environment, inputs } = run;
  const save = (text: string) => client.post('/api/v1/runs/{id}/log', { id, tags: { [noteKey]: text } } as never);
  const metrics = Object.values(run.metrics).sort((a, b) => inOrder(a.key, b.key));
  return (
    <div className="stack">
      <section>
        <p className="note">{tags[noteKey] || <span className="quiet">No description yet.</span>}</p>
        <EditText label="Describe" title="Description of the run" text={tags[noteKey] ?? ''} lines={8} save={save} />
      </section>
      <div className="grid pair">
        <Listed title="Metrics" rows={metrics} keyOf={({ key }) => key} columns={metricColumns} />
        <Listed title="Parameters" rows={Object.entries(params)} keyOf={([key]) => key} columns={paramColumns} />
      </div>
      <RunTags id={id} tags={tags} />
      {inputs.length > 0 && (
        <section>
          <h3>Data it read</h3>
          <Table caption="Data it read" rows={inputs} keyOf={inputKey} columns={inputColumns} />
        </section>
      )}
      <section>
        <h3>Code and surroundings</h3>
        <Facts
          of={{
            By: user || actorId,
            Commit: code ? <code>{code.commit}</code> : undefined,
            'Not committed': code?.dirty ? 'there were changes' : false,
            Repository: code?.remote ?? tags['mlflow.source.git.repoURL'],
            Entry: code?.entry ?? tags['mlflow.source.name'],
            'Git commit': code ? undefined : tags['mlflow.source.git.commit'],
            Node: environment?.node,
            Python: environment?.python,
            Platform: environment?.platform,
            Packages: environment?.packages && <Packages of={environment.packages} />,
          }}
        />
      </section>
      <Children id={id} />
    </div>
  );
}

type Metric = Run['metrics'][string];
type Input = Run['inputs'][number];

const metricColumns: Column<Metric>[] = [
  { title: 'Metric', show: ({ key }) => key },
  {
    title: 'Latest',
    numeric: true,
    show: ({ value }) => <span title={String(value)}>{numberText(value as number)}</span>,
  },
  { title: 'Step', numeric: true, show: ({ step }) => step },
];
const paramColumns: Column<[string, string]>[] = [
  { title: 'Parameter', show: ([key]) => key },
  { title: 'Value', show: ([, value]) => <span className="long-value">{value}</span> },
];
const inputKey = ({ name, digest, context }: Input) => `${name} ${digest} ${context}`;
const inputColumns: Column<Input>[] = [
  {
    title: 'Dataset',
    show: ({ name, versionId }) =>
      versionId ? (
        <Link to="/data/$name" params={{ name: name.split('@')[0]! }}>
          {name}
        </Link>
      ) : (
        name
      ),
  },
  { title: 'For', show: ({ context }) => context || '–' },
  { title: 'Digest', show: ({ digest }) => <code title={digest}>{digest.slice(0, 12)}</code> },
  { title: 'From', show: ({ source }) => <span className="long-value">{source?.slice(0, 300) ?? '–'}</span> },
];

interface ListedProps<T> {
  title: string;
  rows: readonly T[];
  keyOf: (row: T) => string;
  columns: readonly Column<T>[];
}

const shownAtOnce = 100;

/** A table of keys of which there may be thousands: found by a part of the name, the first hundred shown. */
function Listed<T>({ title, rows, keyOf, columns }: ListedProps<T>) {
  const [sought, setSought] = useState('');
  const [most, setMost] = useState(shownAtOnce);
  const found = rows.filter((row) => keyOf(row).toLowerCase().includes(sought.trim().toLowerCase()));
  return (
    <section>
      <h3>
        {title} <span className="quiet">{rows.length}</span>
      </h3>
      {rows.length > 12 && (
        <label className="filters">
          Find
          <input type="search" value={sought} onChange={({ target }) => setSought(target.value)} />
        </label>
      )}
      {rows.length === 0 ? (
        <p className="empty">None logged.</p>
      ) : (
        <Table caption={title} rows={found.slice(0, most)} keyOf={keyOf} columns={columns} />
      )}
      {found.length > most && (
        <button type="button" onClick={() => setMost(most + 1000)}>
          Show more of {found.length}
        </button>
      )}
    </section>
  );
}

function Packages({ of }: { of: Record<string, string> }) {
  return (
    <details>
      <summary>{Object.keys(of).length} packages</summary>
      {Object.entries(of)
        .map(([name, version]) => `${name} ${version}`)
        .join(', ')}
    </details>
  );
}

const childrenAsked = { filter: '', orderBy: [], lifecycle: 'active', metrics: [], params: [], tags: [] } as const;

function Children({ id }: { id: string }) {
  const children = useChildren([id], childrenAsked);
  const found = children.data ?? [];
  if (found.length === 0) return null;
  return (
    <section>
      <h3>Runs under it</h3>
      <p>
        <Link
          to="/compare"
          search={
            {
              runs: found
                .slice(0, 50)
                .map((run) => run.id)
                .join(','),
            } as never
          }
        >
          Compare {found.length > 50 ? 'the first 50' : 'them'}
        </Link>
      </p>
      <Table
        caption="Runs under it"
        rows={found.slice(0, 100)}
        keyOf={(run) => run.id}
        columns={[
          {
            title: 'Run',
            show: (run) => (
              <Link to="/runs/$id" params={{ id: run.id }}>
                {run.name}
              </Link>
            ),
          },
          { title: 'State', show: (run) => run.status.toLowerCase() },
          { title: 'Started', show: (run) => <Time at={run.startedAt} /> },
        ]}
      />
    </section>
  );
}
