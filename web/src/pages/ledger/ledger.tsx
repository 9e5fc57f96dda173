import { useState } from 'react';
import { type LiveEvent, useList } from '../../api.ts';
import { Card, PageHead } from '../../components/card.tsx';
import { EventSubject } from '../../components/event-list.tsx';
import { Loaded } from '../../components/loaded.tsx';
import { More } from '../../components/more.tsx';
import { Table } from '../../components/table.tsx';
import { Time } from '../../components/time.tsx';
import { detailOf, toneOf, wordsOf } from '../../components/wording.ts';
import { EventDetail } from './event-detail.tsx';
import { Seal } from './seal.tsx';

interface Asked {
  types: string;
  subjectKind: string;
  subjectName: string;
}

const kinds = [
  'dataset',
  'dataset-version',
  'pipeline',
  'pipeline-run',
  'run',
  'model',
  'model-version',
  'gate',
  'approval',
  'endpoint',
  'rollout',
  'monitor',
  'alert',
  'retraining',
  'project',
  'token',
  'webhook',
];

/** Everything that happened, in order, each event with its proof. */
export default function Ledger() {
  const [asked, setAsked] = useState<Asked>({ types: '', subjectKind: '', subjectName: '' });
  const [chosen, setChosen] = useState<LiveEvent>();
  const events = useList('/api/v1/ledger/events', {
    limit: 50,
    ...(asked.types && { types: asked.types as never }),
    ...(asked.subjectKind && { subjectKind: asked.subjectKind }),
    ...(asked.subjectKind && asked.subjectName && { subjectName: asked.subjectName }),
  });
  return (
    <>
      <PageHead title="Ledger">Every change that anyone may later ask about, sealed so that tampering shows.</PageHead>
      <div className="stack">
        <Seal />
        {chosen && <EventDetail key={chosen.position} event={chosen} close={() => setChosen(undefined)} />}
        <Card title="Events">
          <Filters ask={setAsked} />
          <Loaded
            query={events}
            isEmpty={(items) => items.length === 0}
            empty={asked.types || asked.subjectKind ? 'No event meets the filter.' : 'Nothing has happened yet.'}
          >
            {(items) => <Events items={items} chosen={chosen?.position} choose={setChosen} />}
          </Loaded>
          <More list={events} label="Older" />
        </Card>
      </div>
    </>
  );
}

function Filters({ ask }: { ask: (asked: Asked) => void }) {
  return (
    <form
      className="filters"
      onSubmit={(event) => {
        event.preventDefault();
        const form = new FormData(event.currentTarget);
        const text = (name: string) => String(form.get(name) ?? '').trim();
        ask({ types: text('types'), subjectKind: text('kind'), subjectName: text('name') });
      }}
    >
      <label>
        Types
        <input name="types" size={26} placeholder="rollout.*, alert.opened" />
      </label>
      <label>
        About a
        <select name="kind" defaultValue="">
          <option value="">anything</option>
          {kinds.map((kind) => (
            <option key={kind}>{kind}</option>
          ))}
        </select>
      </label>
      <label>
        named
        <input name="name" size={18} />
      </label>
      <button type="submit">Apply</button>
    </form>
  );
}

interface EventsProps {
  items: readonly LiveEvent[];
  chosen: number | undefined;
  choose: (event: LiveEvent | undefined) => void;
}

function Events({ items, chosen, choose }: EventsProps) {
  const open = (event: LiveEvent) => choose(event.position === chosen ? undefined : event);
  return (
    <Table
      caption="Events, newest first"
      rows={items}
      keyOf={({ position }) => String(position)}
      columns={[
        { title: '#', numeric: true, show: ({ position }) => position },
        {
          title: 'What',
          show: (event) => (
            <button
              type="button"
              className={`link tone ${toneOf(event.type, event.data)}`}
              aria-pressed={event.position === chosen}
              onClick={() => open(event)}
            >
              {wordsOf(event.type)}
            </button>
          ),
        },
        {
          title: 'About',
          show: ({ subject }) => (
            <>
              <span className="quiet">{subject.kind}</span> <EventSubject subject={subject} />
            </>
          ),
        },
        { title: 'In short', show: ({ type, data }) => detailOf(type, data) },
        { title: 'By', show: ({ actor }) => actor.name },
        { title: 'When', show: ({ at }) => <Time at={at} /> },
      ]}
    />
  );
}
