import { useCallback, useState } from 'react';
import { type LiveEvent, useApi, useHeard } from '../../api.ts';
import { EventList } from '../../components/event-list.tsx';
import { Loaded } from '../../components/loaded.tsx';

const shown = 30;

/** The newest events of the ledger; new ones come in as they happen. */
export function RecentEvents() {
  const recent = useApi('/api/v1/ledger/events', { limit: shown });
  const [heard, setHeard] = useState<LiveEvent[]>([]);
  useHeard(useCallback((event: LiveEvent) => setHeard((before) => [event, ...before].slice(0, shown)), []));
  const fresh = new Set(heard.map(({ position }) => position));
  return (
    <Loaded
      query={recent}
      isEmpty={({ items }) => items.length + heard.length === 0}
      empty={
        <>
          Nothing has happened yet. <code>tidemill apply</code> in a project, or <code>npm run demo</code>, sets the
          loop going.
        </>
      }
    >
      {({ items }) => <EventList events={merge(heard, items)} fresh={fresh} />}
    </Loaded>
  );
}

function merge(heard: readonly LiveEvent[], read: readonly LiveEvent[]): LiveEvent[] {
  const byPosition = new Map([...read, ...heard].map((event) => [event.position, event]));
  return [...byPosition.values()].sort((a, b) => b.position - a.position).slice(0, shown);
}
