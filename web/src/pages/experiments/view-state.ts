import { useNavigate, useSearch } from '@tanstack/react-router';
import type { Schemas } from '../../api.ts';

/** What the page of experiments shows; all of it is in its address, so that it can be sent to somebody. */
export interface ViewState {
  /** The id of an experiment. */
  experiment?: string;
  /** The path of a folder. */
  folder?: string;
  filter?: string;
  order?: string;
  /** Ids of columns, by line breaks. */
  columns?: string;
  deleted?: boolean;
  /** The id of the saved view that was opened. */
  view?: string;
}

/** Reads what is shown from the page's address, and shows something else; what is undefined or empty is left out of it. */
export function useViewState(): [ViewState, (next: ViewState) => void] {
  const given = useSearch({ strict: false }) as Record<string, unknown>;
  const navigate = useNavigate();
  const text = (name: string) => (given[name] === undefined ? {} : { [name]: String(given[name]) });
  const names = ['experiment', 'folder', 'filter', 'order', 'columns', 'view'];
  const state: ViewState = Object.assign({}, ...names.map(text), given['deleted'] === true && { deleted: true });
  const show = (next: ViewState) => {
    const kept = Object.entries(next).filter(([, value]) => value !== undefined && value !== '');
    void navigate({
      to: '/experiments',
      search: Object.fromEntries(kept) as never,
      replace: true,
      resetScroll: false,
    });
  };
  return [state, show];
}

/** A saved view as the state of the page. */
export function stateOf(view: Schemas['SavedView']): ViewState {
  const [order] = view.orderBy ?? [];
  const columns = (view.columns ?? []).join('\n');
  return {
    experiment: view.experimentId,
    view: view.id,
    filter: view.filter,
    ...(order !== undefined && { order }),
    ...(columns !== '' && { columns }),
    ...(view.lifecycle === 'deleted' && { deleted: true }),
  } as ViewState;
}
