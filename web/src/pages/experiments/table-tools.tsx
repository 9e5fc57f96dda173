import { Link } from '@tanstack/react-router';
import { client, type Schemas } from '../../api.ts';
import { ActionButton, AskButton } from '../../components/action.tsx';
import { ColumnPicker } from './column-picker.tsx';
import { exportAddress } from './export-address.ts';
import { PurgeButton } from './purge-button.tsx';
import { SavedViews } from './saved-views.tsx';
import type { RunsAsked } from './use-runs.ts';
import type { ViewState } from './view-state.ts';

interface ToolsProps {
  state: ViewState;
  show: (state: ViewState) => void;
  columns: readonly string[];
  asked: RunsAsked;
}

/** What can be done with the table: columns, saved views, deleted runs, exports. */
export function TableTools({ state, show, columns, asked }: ToolsProps) {
  const exported = { ...asked, filter: state.filter ?? '' };
  return (
    <div className="buttons tools">
      <ColumnPicker
        experiment={state.experiment}
        chosen={columns}
        choose={(chosen) => show({ ...state, columns: chosen?.join('\n') ?? '' })}
      />
      {state.experiment && <SavedViews experiment={state.experiment} state={state} columns={columns} open={show} />}
      <label>
        <input
          type="checkbox"
          checked={state.deleted === true}
          onChange={({ target }) => show({ ...state, deleted: target.checked || (undefined as never) })}
        />{' '}
        Deleted runs
      </label>
      <span className="exports">
        Export <a href={exportAddress(exported, 'csv')}>CSV</a> <a href={exportAddress(exported, 'parquet')}>Parquet</a>{' '}
        <a href={exportAddress({ ...exported, metrics: 'all', params: 'all', tags: 'all' }, 'parquet')}>all columns</a>
      </span>
    </div>
  );
}

interface BarProps {
  runs: readonly Schemas['Run'][];
  selected: ReadonlySet<string>;
  select: (ids: ReadonlySet<string>) => void;
}

const mostCompared = 50;

/** What can be done with the runs that are selected: compared, deleted, restored. */
export function SelectionBar({ runs, selected, select }: BarProps) {
  const chosen = runs.filter(({ id }) => selected.has(id));
  const ids = chosen.map(({ id }) => id);
  const each = async (run: (id: string) => Promise<unknown>) => {
    for (const id of ids) await run(id);
    select(new Set());
  };
  const areDeleted = chosen.length > 0 && chosen.every(({ lifecycle }) => lifecycle === 'deleted');
  return (
    <div className="buttons selection" role="toolbar" aria-label="Selected runs">
      <strong>{ids.length} selected</strong>
      {ids.length >= 2 && ids.length <= mostCompared && (
        <Link to="/compare" search={{ runs: ids.join(',') } as never} className="button">
          Compare
        </Link>
      )}
      {ids.length > mostCompared && <span className="quiet">At most {mostCompared} runs can be compared.</span>}
      {areDeleted ? (
        <>
          <ActionButton label="Restore" run={() => each((id) => client.post('/api/v1/runs/{id}/restore', { id }))} />
          <PurgeButton
            what={{ runs: ids }}
            title={`Remove ${ids.length} ${ids.length === 1 ? 'run' : 'runs'} for good?`}
            then={() => select(new Set())}
          />
        </>
      ) : (
        <AskButton
          label="Delete"
          title={`Delete ${ids.length} ${ids.length === 1 ? 'run' : 'runs'}?`}
          reason={false}
          run={() => each((id) => client.delete('/api/v1/runs/{id}', { id }))}
        >
          <p>They can be restored under “Deleted runs”.</p>
        </AskButton>
      )}
      <button type="button" onClick={() => select(new Set())}>
        Clear selection
      </button>
    </div>
  );
}
