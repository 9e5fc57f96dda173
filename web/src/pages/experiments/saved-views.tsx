import { Dialog } from 'radix-ui';
import { type FormEvent, useId, useState } from 'react';
import { client, type Schemas, useAction, useList } from '../../api.ts';
import { Refusal } from '../../components/action.tsx';
import { stateOf, type ViewState } from './view-state.ts';

interface Props {
  experiment: string;
  state: ViewState;
  /** The columns as they are shown. */
  columns: readonly string[];
  open: (state: ViewState) => void;
}

/** The saved views of an experiment: opened from a list, saved under a name for all who read it, deleted. */
export function SavedViews({ experiment, state, columns, open }: Props) {
  const views = useList('/api/v1/experiments/{experiment}/views', { experiment, limit: 200 });
  const current = views.data?.find(({ id }) => id === state.view);
  const remove = useAction(async () => {
    await client.delete('/api/v1/experiments/{experiment}/views/{id}', { experiment, id: current!.id });
    const { view: _, ...rest } = state;
    open(rest);
  });
  return (
    <>
      <label>
        View{' '}
        <select
          value={current?.id ?? ''}
          onChange={(event) => {
            const chosen = views.data?.find(({ id }) => id === event.target.value);
            open(chosen ? stateOf(chosen) : { experiment });
          }}
        >
          <option value="">not saved</option>
          {views.data?.map(({ id, name, createdBy }) => (
            <option key={id} value={id}>
              {name} ({createdBy})
            </option>
          ))}
        </select>
      </label>
      <SaveView experiment={experiment} state={state} columns={columns} current={current} open={open} />
      {current && (
        <button type="button" disabled={remove.isPending} onClick={() => remove.mutate(undefined)}>
          Delete view
        </button>
      )}
      {remove.error && <Refusal error={remove.error} />}
    </>
  );
}

interface SaveProps extends Props {
  current: Schemas['SavedView'] | undefined;
}

function SaveView({ experiment, state, columns, current, open }: SaveProps) {
  const [isOpen, setOpen] = useState(false);
  const [name, setName] = useState('');
  const field = useId();
  const save = useAction(async () => {
    const content = {
      experiment,
      name: name.trim(),
      filter: state.filter ?? '',
      orderBy: state.order ? [state.order] : [],
      lifecycle: state.deleted ? ('deleted' as const) : ('active' as const),
      columns: [...columns],
      // This page draws none of them, but must not lose those that were saved through the API.
      charts: current?.charts ?? [],
    };
    const replaces = current && current.name === content.name;
    const saved = replaces
      ? await client.put('/api/v1/experiments/{experiment}/views/{id}', { ...content, id: current.id } as never)
      : await client.post('/api/v1/experiments/{experiment}/views', content as never);
    setOpen(false);
    open(stateOf(saved));
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate(undefined);
  };
  return (
    <Dialog.Root
      open={isOpen}
      onOpenChange={(now) => {
        setOpen(now);
        if (now) setName(current?.name ?? '');
      }}
    >
      <Dialog.Trigger>Save view</Dialog.Trigger>
      <Dialog.Portal>
        <Dialog.Overlay className="veil" />
        <Dialog.Content className="dialog" aria-describedby={undefined}>
          <Dialog.Title>Save this view</Dialog.Title>
          <p className="quiet">Filter, order and columns, for all who read this experiment.</p>
          <form onSubmit={submit}>
            <label htmlFor={field}>Name</label>
            <input id={field} value={name} required maxLength={120} onChange={(event) => setName(event.target.value)} />
            {save.error && <Refusal error={save.error} />}
            <div className="buttons">
              <button type="submit" className="primary" disabled={save.isPending}>
                {current && current.name === name.trim() ? 'Replace' : 'Save'}
              </button>
              <Dialog.Close>Cancel</Dialog.Close>
            </div>
          </form>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
