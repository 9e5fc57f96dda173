import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { client, type Schemas } from '../../api.ts';
import { formatDuration } from '../../components/format.ts';
import { Loaded } from '../../components/loaded.tsx';
import { State } from '../../components/state.tsx';
import { type Column, Table } from '../../components/table.tsx';
import { Time } from '../../components/time.tsx';
import { numberText } from './columns.ts';

type Run = Schemas['RunDetails'];
type Model = Schemas['LoggedModel'];
type Trace = Schemas['Trace'];

/** The models a run made, and those it read. */
export function RunModels({ run }: { run: Run }) {
  const made = useQuery({
    queryKey: ['logged-models', run.id],
    queryFn: async () => {
      const search = { experiments: [run.experimentId], filter: `source_run_id = '${run.id}'`, limit: 100 };
      return (await client.post('/api/v1/logged-models/search', search as never)).items;
    },
  });
  const versions = useQuery({
    queryKey: ['model versions of a run', run.id],
    queryFn: async () => {
      const search = { filter: `run_id = '${run.id}'`, limit: 100 };
      return (await client.get('/api/v1/model-versions', search as never)).items;
    },
    retry: false,
  });
  const read = run.modelInputs;
  return (
    <div className="stack">
      <Loaded query={made} isEmpty={(models) => models.length === 0} empty="This run logged no model.">
        {(models) => <Table caption="Models it made" rows={models} keyOf={({ id }) => id} columns={modelColumns} />}
      </Loaded>
      {versions.data && versions.data.length > 0 && (
        <section>
          <h3>Registered as</h3>
          <ul className="plain">
            {versions.data.map(({ model, number }) => (
              <li key={`${model} ${number}`}>
                <Link to="/models/$name" params={{ name: model }}>
                  {model} v{number}
                </Link>
              </li>
            ))}
          </ul>
        </section>
      )}
      {read.length > 0 && (
        <p>
          It read the logged models <code>{read.join(', ')}</code>.
        </p>
      )}
    </div>
  );
}

const modelColumns: Column<Model>[] = [
  { title: 'Model', show: ({ name, id }) => <span title={id}>{name}</span> },
  { title: 'Id', show: ({ id }) => <code>{id}</code> },
  { title: 'Type', show: ({ type }) => type || '–' },
  { title: 'State', show: ({ status }) => <State value={status} label={status.toLowerCase()} /> },
  {
    title: 'Measured',
    show: ({ metrics }) =>
      metrics
        .slice(0, 5)
        .map(({ key, value }) => `${key} ${numberText(value as number)}`)
        .join(', ') || '–',
  },
  { title: 'Made', show: ({ createdAt }) => <Time at={createdAt} /> },
];

/** The traces that were recorded within a run. */
export function RunTraces({ run }: { run: Run }) {
  const traces = useQuery({
    queryKey: ['traces', run.id],
    queryFn: async () => {
      const search = { experiments: [run.experimentId], filter: `run_id = '${run.id}'`, limit: 100 };
      return (await client.post('/api/v1/traces/search', search as never)).items;
    },
  });
  return (
    <Loaded query={traces} isEmpty={(items) => items.length === 0} empty="No trace was recorded within this run.">
      {(items) => <Table caption="Traces" rows={items} keyOf={({ id }) => id} columns={traceColumns} />}
    </Loaded>
  );
}

const traceColumns: Column<Trace>[] = [
  { title: 'Trace', show: ({ name, id }) => <span title={id}>{name ?? id}</span> },
  { title: 'State', show: ({ state }) => <State value={state} /> },
  { title: 'Request', show: ({ requestPreview }) => <span className="long-value">{requestPreview ?? '–'}</span> },
  { title: 'Answer', show: ({ responsePreview }) => <span className="long-value">{responsePreview ?? '–'}</span> },
  { title: 'Spans', numeric: true, show: ({ spans }) => spans },
  { title: 'Took', numeric: true, show: ({ durationMs }) => formatDuration(durationMs) },
  { title: 'When', show: ({ requestedAt }) => <Time at={requestedAt} /> },
];
