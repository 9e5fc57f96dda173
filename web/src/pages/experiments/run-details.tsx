import { Link } from '@tanstack/react-router';
import { type Schemas, useApi } from '../../api.ts';
import { Card } from '../../components/card.tsx';
import { Chart } from '../../components/chart.tsx';
import { Facts } from '../../components/facts.tsx';
import { formatBytes, formatDuration, formatNumber } from '../../components/format.ts';
import { Loaded } from '../../components/loaded.tsx';
import { State } from '../../components/state.tsx';

type Run = Schemas['RunDetails'];

/** One run in place: its metrics and their curves, parameters, data, files. */
export function RunDetails({ id, close }: { id: string; close: () => void }) {
  const run = useApi('/api/v1/runs/{id}', { id });
  return (
    <Loaded query={run}>
      {(found) => (
        <Card
          title={
            <span className="badge-row">
              {found.name} <State value={found.status} label={found.status.toLowerCase()} />
            </span>
          }
          side={
            <button type="button" onClick={close}>
              Close
            </button>
          }
        >
          <div className="stack">
            <Facts
              of={{
                Id: <code>{found.id}</code>,
                Took: formatDuration(found.endedAt ? Date.parse(found.endedAt) - Date.parse(found.startedAt) : null),
                By: found.user,
                Code: found.code && `${found.code.commit.slice(0, 12)}${found.code.dirty ? ', with changes' : ''}`,
                Data: <Inputs inputs={found.inputs} />,
              }}
            />
            <Curves run={found} />
            <Section
              title="Metrics"
              of={Object.fromEntries(Object.values(found.metrics).map(({ key, value }) => [key, formatNumber(value)]))}
            />
            <Section title="Parameters" of={found.params} />
            <Artifacts id={id} />
          </div>
        </Card>
      )}
    </Loaded>
  );
}

function Section({ title, of }: { title: string; of: Record<string, string> }) {
  if (Object.keys(of).length === 0) return null;
  return (
    <section>
      <h3>{title}</h3>
      <Facts of={of} />
    </section>
  );
}

function Inputs({ inputs }: { inputs: Run['inputs'] }) {
  if (inputs.length === 0) return <span className="quiet">none recorded</span>;
  return inputs.map(({ name, digest, context, versionId }) => (
    <span key={`${name} ${digest} ${context}`} className="input">
      {versionId ? (
        <Link to="/data/$name" params={{ name: name.split('@')[0]! }}>
          {name}
        </Link>
      ) : (
        name
      )}{' '}
      {context}
    </span>
  ));
}

/** Curves of the metrics that were logged at more than one step. */
function Curves({ run }: { run: Run }) {
  const stepped = Object.values(run.metrics).filter(({ step }) => step > 0);
  if (stepped.length === 0) return null;
  return (
    <div className="grid charts">
      {stepped.slice(0, 8).map(({ key }) => (
        <Curve key={key} id={run.id} metric={key} live={run.status === 'RUNNING'} />
      ))}
    </div>
  );
}

function Curve({ id, metric, live }: { id: string; metric: string; live: boolean }) {
  const points = useApi('/api/v1/runs/{id}/metrics', { id, key: metric, limit: 1000 }, live ? { everyMs: 2_000 } : {});
  return (
    <section>
      <h3>{metric}</h3>
      <Loaded query={points}>
        {({ items }) => (
          <Chart
            title={`${metric} by step`}
            xIs="number"
            height={150}
            x={items.map(({ step }) => step)}
            lines={[{ label: metric, values: items.map(({ value }) => (Number.isFinite(value) ? value : null)) }]}
            format={formatNumber}
          />
        )}
      </Loaded>
    </section>
  );
}

function Artifacts({ id }: { id: string }) {
  const artifacts = useApi('/api/v1/runs/{id}/artifacts', { id, limit: 200 });
  return (
    <Loaded query={artifacts} isEmpty={({ items }) => items.length === 0} empty="">
      {({ items }) => (
        <section>
          <h3>Files</h3>
          <ul className="plain">
            {items.map(({ path, kind, bytes }) => (
              <li key={path}>
                {kind === 'file' ? (
                  <a href={`/api/v1/runs/${id}/artifacts/${path.split('/').map(encodeURIComponent).join('/')}`}>
                    {path}
                  </a>
                ) : (
                  `${path}/`
                )}{' '}
                <span className="quiet">{kind === 'file' && formatBytes(bytes)}</span>
              </li>
            ))}
          </ul>
        </section>
      )}
    </Loaded>
  );
}
