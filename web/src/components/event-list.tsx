import { Link } from '@tanstack/react-router';
import type { LiveEvent } from '../api.ts';
import { placeOf } from './place.ts';
import { Time } from './time.tsx';
import { detailOf, toneOf, wordsOf } from './wording.ts';

/** Events of the ledger as a feed. */
export function EventList({
  events,
  fresh,
  most = 14,
}: {
  events: readonly LiveEvent[];
  fresh?: ReadonlySet<number>;
  most?: number;
}) {
  return (
    <ol className="feed">
      {inGroups(events)
        .slice(0, most)
        .map(({ event, count }) => (
          <li
            key={event.position}
            className={`${toneOf(event.type, event.data)}${fresh?.has(event.position) ? ' fresh' : ''}`}
          >
            <div className="feed-line">
              <span className="feed-what">
                {wordsOf(event.type)} <EventSubject subject={event.subject} />
                {count > 1 && <span className="chip">×{count}</span>}
              </span>
              <span className="quiet">
                <Time at={event.at} />
              </span>
            </div>
            <div className="feed-detail">
              {[detailOf(event.type, event.data), `by ${event.actor.name}`].filter(Boolean).join(' · ')}
            </div>
          </li>
        ))}
    </ol>
  );
}

/** Events that only repeat the one before (same type, same subject) told once, with how often. */
function inGroups(events: readonly LiveEvent[]): { event: LiveEvent; count: number }[] {
  const groups: { event: LiveEvent; count: number }[] = [];
  for (const event of events) {
    const last = groups.at(-1);
    const isSame =
      last?.event.type === event.type &&
      (last.event.subject.name ?? last.event.subject.id) === (event.subject.name ?? event.subject.id);
    if (last && isSame) last.count += 1;
    else groups.push({ event, count: 1 });
  }
  return groups;
}

/** What an event is about, as a link where a page shows it. */
export function EventSubject({ subject }: { subject: LiveEvent['subject'] }) {
  const to = placeOf(subject);
  const name = subject.name ?? subject.id;
  return to ? <Link to={to as '/'}>{name}</Link> : <strong>{name}</strong>;
}
