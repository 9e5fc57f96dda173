import { Link } from '@tanstack/react-router';
import { client, type Schemas, useApi } from '../../api.ts';
import { AskButton } from '../../components/action.tsx';
import { Card } from '../../components/card.tsx';
import { Chips, Digest, Facts, Json } from '../../components/facts.tsx';
import { formatBytes, formatNumber } from '../../components/format.ts';
import { Loaded } from '../../components/loaded.tsx';
import { Table } from '../../components/table.tsx';
import { Verdicts } from './verdicts.tsx';

type ModelVersion = Schemas['ModelVersion'];

/** One version: where it comes from, what it takes and gives, what the gates said of it. */
export function Version({ version }: { version: ModelVersion }) {
  const { model, number } = version;
  return (
    <Card title={`Version ${number}`} side={<Promote version={version} />}>
      <div className="stack">
        <section>
          <h3>Where it comes from</h3>
          {version.description && <p>{version.description}</p>}
          <Lineage version={version} />
        </section>
        <Files model={model} version={number} />
        {version.source.runId && <Metrics runId={version.source.runId} />}
        <section>
          <h3>What the gates said</h3>
          <Verdicts model={model} version={number} />
        </section>
        <section>
          <h3>What it takes and gives</h3>
          <Signature signature={version.signature} />
        </section>
        <Evidence model={model} version={number} />
      </div>
    </Card>
  );
}

function Promote({ version: { model, number, aliases, stage } }: { version: ModelVersion }) {
  const toChampion = (reason: string) =>
    client.put('/api/v1/models/{model}/aliases/{alias}', { model, alias: 'champion', version: number, reason });
  const toProduction = (reason: string) =>
    client.post('/api/v1/models/{model}/versions/{version}/stage', {
      model,
      version: number,
      stage: 'production',
      reason,
    });
  return (
    <span className="buttons">
      {!aliases.includes('champion') && (
        <AskButton label="Make champion" title={`Point champion at v${number}?`} run={toChampion} />
      )}
      {stage !== 'production' && (
        <AskButton label="To production" title={`Move v${number} to production?`} run={toProduction} />
      )}
    </span>
  );
}

function Lineage({ version: { source, digest, format, bytes, tags } }: { version: ModelVersion }) {
  return (
    <Facts
      of={{
        'Training run': source.runId && (
          <Link to="/runs/$id" params={{ id: source.runId }}>
            {source.runId.slice(0, 12)}
          </Link>
        ),
        Pipeline: source.pipelineRunId && (
          <Link to="/pipeline-runs/$id" params={{ id: source.pipelineRunId }}>
            run {source.pipelineRunId.slice(-8)}, step {source.stepName}
          </Link>
        ),
        Data: source.datasets && (
          <span className="badge-row">
            {source.datasets.map(({ name, digest: of }) => (
              <Link key={name} to="/data/$name" params={{ name: name.split('@')[0]! }} title={of}>
                {name}
              </Link>
            ))}
          </span>
        ),
        Code: source.code && `${source.code.commit.slice(0, 12)}${source.code.dirty ? ', with changes' : ''}`,
        Artifact: (
          <>
            <Digest of={digest} /> {format}, {formatBytes(bytes)}
          </>
        ),
        Tags: Object.keys(tags).length > 0 && (
          <Chips of={Object.entries(tags).map(([key, value]) => `${key}: ${value}`)} />
        ),
      }}
    />
  );
}

function Files({ model, version }: { model: string; version: number }) {
  const files = useApi('/api/v1/models/{model}/versions/{version}/files', { model, version });
  const items = files.data?.items ?? [];
  if (items.length < 2) return null;
  const at = `/api/v1/models/${encodeURIComponent(model)}/versions/${version}/files`;
  return (
    <details>
      <summary>{items.length} files</summary>
      <Table
        caption="Files"
        rows={items}
        keyOf={({ path }) => path}
        columns={[
          {
            title: 'File',
            show: ({ path }) => (
              <a href={`${at}/${path.split('/').map(encodeURIComponent).join('/')}`} download>
                {path}
              </a>
            ),
          },
          { title: 'Size', show: ({ bytes }) => formatBytes(bytes) },
          { title: 'Content', show: ({ digest }) => <Digest of={digest} /> },
        ]}
      />
    </details>
  );
}

function Metrics({ runId }: { runId: string }) {
  const run = useApi('/api/v1/runs/{id}', { id: runId });
  const metrics = Object.values(run.data?.metrics ?? {});
  if (metrics.length === 0) return null;
  return (
    <section>
      <h3>Measured in training</h3>
      <Facts of={Object.fromEntries(metrics.map(({ key, value }) => [key, formatNumber(value)]))} />
    </section>
  );
}

function Signature({ signature: { inputs, outputs } }: { signature: ModelVersion['signature'] }) {
  const rows = [
    ...inputs.map((one) => ({ ...one, side: 'takes' })),
    ...outputs.map((one) => ({ ...one, side: 'gives' })),
  ];
  if (rows.length === 0) return <p className="quiet">Its format does not say.</p>;
  return (
    <Table
      caption="Inputs and outputs"
      rows={rows}
      keyOf={({ side, name }) => `${side} ${name}`}
      columns={[
        { title: 'Side', show: ({ side }) => side },
        { title: 'Name', show: ({ name }) => <code>{name}</code> },
        { title: 'Type', show: ({ type }) => type },
        { title: 'Shape', show: ({ shape }) => `[${shape.map((size) => size ?? 'any').join(', ')}]` },
        { title: 'Features', show: ({ columns }) => <Chips of={columns ?? []} /> },
      ]}
    />
  );
}

function Evidence({ model, version }: { model: string; version: number }) {
  const evidence = useApi('/api/v1/models/{model}/versions/{version}/evidence', { model, version });
  return (
    <Loaded query={evidence} isEmpty={({ items }) => items.length === 0} empty="">
      {({ items }) => (
        <section>
          <h3>Evidence attached to it</h3>
          {items.map(({ id, name, document }) => (
            <details key={id}>
              <summary>{name}</summary>
              <Json label={`Evidence ${name}`} value={document} />
            </details>
          ))}
        </section>
      )}
    </Loaded>
  );
}
