import { Dialog } from 'radix-ui';
import { useDeferredValue, useState } from 'react';
import { type Schemas, useApi } from '../../api.ts';
import { Loaded } from '../../components/loaded.tsx';
import { columnOf, fieldColumns } from './columns.ts';

interface Props {
  experiment: string | undefined;
  chosen: readonly string[];
  choose: (columns: readonly string[] | undefined) => void;
}

/** Chooses the columns of the table out of all fields, metrics, parameters and tags that there are. */
export function ColumnPicker({ experiment, chosen, choose }: Props) {
  const [sought, setSought] = useState('');
  const contains = useDeferredValue(sought.trim());
  const columns = useApi('/api/v1/runs/columns', { contains, limit: 100, ...(experiment && { experiment }) });
  const toggle = (id: string) => choose(chosen.includes(id) ? chosen.filter((one) => one !== id) : [...chosen, id]);
  return (
    <Dialog.Root>
      <Dialog.Trigger>Columns ({chosen.length})</Dialog.Trigger>
      <Dialog.Portal>
        <Dialog.Overlay className="veil" />
        <Dialog.Content className="drawer narrow" aria-describedby={undefined}>
          <Dialog.Title>Columns</Dialog.Title>
          <div className="filters">
            <label>
              Find
              <input type="search" value={sought} onChange={(event) => setSought(event.target.value)} />
            </label>
            <button type="button" onClick={() => choose(undefined)}>
              The usual ones
            </button>
            <Dialog.Close className="primary">Done</Dialog.Close>
          </div>
          <Choices title="Chosen, in this order" ids={chosen} chosen={chosen} toggle={toggle} move={choose} />
          <Choices
            title="Fields"
            ids={fieldColumns.filter((id) => id.toLowerCase().includes(contains.toLowerCase()))}
            chosen={chosen}
            toggle={toggle}
          />
          <Loaded query={columns}>{(found) => <Found found={found} chosen={chosen} toggle={toggle} />}</Loaded>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

interface FoundProps {
  found: Schemas['RunColumns'];
  chosen: readonly string[];
  toggle: (id: string) => void;
}

function Found({ found, chosen, toggle }: FoundProps) {
  const kinds = { metrics: 'Metrics', params: 'Parameters', tags: 'Tags' } as const;
  return (
    <>
      {(['metrics', 'params', 'tags'] as const).map((kind) => (
        <Choices
          key={kind}
          title={kinds[kind]}
          ids={found[kind].map(({ key }) => `${kind}.${key}`)}
          chosen={chosen}
          toggle={toggle}
          notes={found[kind].map(({ runs }) => `${runs} of ${found.ofRuns} runs`)}
        />
      ))}
      {found.truncated && <p className="quiet">There are more: type a part of a name to find them.</p>}
    </>
  );
}

interface ChoicesProps {
  title: string;
  ids: readonly string[];
  chosen: readonly string[];
  toggle: (id: string) => void;
  move?: (ids: readonly string[]) => void;
  notes?: readonly string[];
}

function Choices({ title, ids, chosen, toggle, move, notes }: ChoicesProps) {
  if (ids.length === 0) return null;
  const up = (i: number) => [...ids.slice(0, i - 1), ids[i]!, ids[i - 1]!, ...ids.slice(i + 1)];
  return (
    <fieldset className="choices">
      <legend>{title}</legend>
      {ids.map((id, i) => (
        <span key={id} className="choice">
          <label>
            <input type="checkbox" checked={chosen.includes(id)} onChange={() => toggle(id)} /> {columnOf(id).title}
          </label>
          {notes && <span className="quiet">{notes[i]}</span>}
          {move && i > 0 && (
            <button type="button" aria-label={`Move ${id} to the left`} onClick={() => move(up(i))}>
              ↑
            </button>
          )}
        </span>
      ))}
    </fieldset>
  );
}
