import { Link, useParams } from '@tanstack/react-router';
import { type Schemas, useApi } from '../../api.ts';
import { Meter } from '../../components/bars.tsx';
import { PageHead } from '../../components/card.tsx';
import { Digest, Facts } from '../../components/facts.tsx';
import { FindWhy } from '../../components/find-why.tsx';
import { formatCell, formatCount, formatNumber } from '../../components/format.ts';
import { Loaded } from '../../components/loaded.tsx';
import { State } from '../../components/state.tsx';
import { Time } from '../../components/time.tsx';
import { Contributions } from './contributions.tsx';
import { Decisions, Drift } from './decisions.tsx';
import { Ring } from './ring.tsx';

type Explanation = Schemas['Explanation'];

/** From one prediction back to the rows its model learned from, card by card. */
export default function Why() {
  const { id } = useParams({ strict: false }) as { id: string };
  const why = useApi('/api/v1/predictions/{id}/why', { id });
  return (
    <>
      <PageHead title="Why this prediction?" side={<FindWhy />}>
        <code>{id}</code>
      </PageHead>
      <Loaded query={why}>
        {(found) => (
          <ol className="chain">
            <Prediction of={found.prediction} />
            <Contributions id={id} />
            <Model of={found} />
            <Decisions of={found} />
            <Run run={found.run} project={found.project} />
            {found.datasets.map((dataset) => (
              <Dataset key={`${dataset.name} ${dataset.digest} ${dataset.depth}`} of={dataset} />
            ))}
            {found.datasets.length === 0 && (
              <Ring title="Data">
                <p className="empty">The version does not say which data it learned from.</p>
              </Ring>
            )}
            <Drift of={found} />
          </ol>
        )}
      </Loaded>
    </>
  );
}

function Prediction({
  of: { endpoint, variant, shadow, at, latencyMs, outputs, features, label },
}: {
  of: Explanation['prediction'];
}) {
  return (
    <Ring title="The answer" side={<Time at={at} exact />}>
      <div className="figures answer">
        {Object.entries(outputs).map(([name, value]) => (
          <div className="figure" key={name}>
            <span className="figure-value">{formatCell(value)}</span>
            <span className="figure-label">{name}</span>
          </div>
        ))}
        {label !== undefined && (
          <div className="figure">
            <span className="figure-value">{formatCell(label)}</span>
            <span className="figure-label">what really happened</span>
          </div>
        )}
      </div>
      <Facts
        of={{
          Endpoint: (
            <Link to="/endpoints/$name" params={{ name: endpoint }}>
              {endpoint}
            </Link>
          ),
          Variant: `${variant}${shadow ? ' (shadow, unseen by the caller)' : ''}`,
          Took: `${formatNumber(latencyMs)} ms`,
        }}
      />
      <h3>What it was asked</h3>
      <Facts of={Object.fromEntries(Object.entries(features).map(([name, value]) => [name, formatCell(value)]))} />
    </Ring>
  );
}

function Model({ of: { model, rollout } }: { of: Explanation }) {
  return (
    <Ring
      title={
        <>
          Model{' '}
          <Link to="/models/$name" params={{ name: model.name }}>
            {model.name} v{model.version}
          </Link>
        </>
      }
      side={<Digest of={model.digest} />}
    >
      <p>
        Registered <Time at={model.registeredAt} /> by {model.registeredBy}.
      </p>
      {model.aliasHistory.map(({ alias, at, by, reason }) => (
        <p key={`${alias} ${at}`}>
          <strong>{alias}</strong> since <Time at={at} />, set by {by}
          {reason && `: ${reason}`}
        </p>
      ))}
      {rollout && (
        <p>
          Brought in by a rollout <State value={rollout.state} /> started <Time at={rollout.startedAt} /> by{' '}
          {rollout.startedBy}
          {rollout.reason && `: ${rollout.reason}`}
        </p>
      )}
    </Ring>
  );
}

function Run({ run, project }: Pick<Explanation, 'run' | 'project'>) {
  if (!run) {
    return (
      <Ring title="Training">
        <p className="empty">The version does not name the run that trained it.</p>
      </Ring>
    );
  }
  const metrics = Object.entries(run.metrics);
  return (
    <Ring
      title={
        <>
          Training run{' '}
          <Link to="/runs/$id" params={{ id: run.id }}>
            {run.name}
          </Link>
        </>
      }
      side={<Time at={run.startedAt} />}
    >
      <p>
        {run.commit
          ? `Code ${run.commit.slice(0, 12)}${run.dirty ? ', with changes that were not committed' : ''}.`
          : 'It did not say which code it ran.'}
        {project &&
          ` Declared by project ${project.name}, revision ${project.revision}${describeCommit(project.commit)}.`}
      </p>
      <Facts
        of={Object.fromEntries(metrics.slice(0, 12).map(([name, value]) => [name, formatNumber(Number(value))]))}
      />
      <details>
        <summary>{Object.keys(run.params).length} parameters</summary>
        <Facts of={run.params} />
      </details>
    </Ring>
  );
}

/** The commit in words; it ends in `+` where there were uncommitted changes. */
function describeCommit(commit: string | null): string {
  if (!commit) return ', outside git';
  return ` at commit ${commit.slice(0, 12)}${commit.endsWith('+') ? ' with changes that were not committed' : ''}`;
}

function Dataset({
  of: { name, depth, version, digest, rows, quarantinedRows, checks, missing, createdAt },
}: {
  of: Explanation['datasets'][number];
}) {
  return (
    <Ring
      title={
        <>
          {depth === 0 ? 'Data' : 'Made from'}{' '}
          <Link to="/data/$name" params={{ name: name.split('@')[0]! }}>
            {name}
            {version !== null && !name.includes('@') && ` version ${version}`}
          </Link>
        </>
      }
      side={<Digest of={digest} />}
    >
      {missing && <p className="failure">This version has been deleted since.</p>}
      <p>
        {formatCount(rows)} rows, {formatCount(quarantinedRows)} put into quarantine, made <Time at={createdAt} />.
      </p>
      <ul className="checks">
        {checks.map(({ rule, passed, severity, failedRows }) => (
          <li key={rule}>
            <State value={passed ? 'passed' : severity === 'warn' ? 'warned' : 'failed'} />
            <strong>{rule}</strong>
            {rows !== null && failedRows > 0 && (
              <Meter
                part={failedRows}
                of={rows + (quarantinedRows ?? 0)}
                tone="warn"
                label={`of rows broke it: ${formatCount(failedRows)}`}
              />
            )}
          </li>
        ))}
      </ul>
    </Ring>
  );
}
