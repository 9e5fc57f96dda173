import { type ReactNode, useState } from 'react';
import { More } from './more.tsx';
import { State } from './state.tsx';
import { Table } from './table.tsx';
import { Time } from './time.tsx';

interface Item {
  id: string;
  state: string;
  createdAt: string;
}

interface Props<T extends Item> {
  items: readonly T[];
  /** The list that they are pages of. */
  list: Parameters<typeof More>[0]['list'];
  caption: string;
  /** Title of the column that names them. */
  title: string;
  name(item: T): ReactNode;
  why(item: T): ReactNode;
  show(item: T): ReactNode;
}

/** One of a list opened, the newest at first, and the others to choose from. */
export function OpenedOf<T extends Item>({ items, list, caption, title, name, why, show }: Props<T>) {
  const [chosen, choose] = useState<string>();
  const shown = items.find(({ id }) => id === chosen) ?? items[0]!;
  return (
    <div className="stack">
      {show(shown)}
      {items.length > 1 && (
        <Table
          caption={caption}
          rows={items}
          keyOf={({ id }) => id}
          columns={[
            { title, show: name },
            { title: 'State', show: ({ state }) => <State value={state} /> },
            { title: 'Why', wide: true, show: why },
            { title: 'Started', show: ({ createdAt }) => <Time at={createdAt} /> },
            {
              title: 'Details',
              show: ({ id }) => (
                <button type="button" aria-pressed={id === shown.id} onClick={() => choose(id)}>
                  {id === shown.id ? 'Shown' : 'Show'}
                </button>
              ),
            },
          ]}
        />
      )}
      <More list={list} />
    </div>
  );
}
