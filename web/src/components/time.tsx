const absolute = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' });
const relative = new Intl.RelativeTimeFormat(undefined, { numeric: 'auto' });
const steps: [Intl.RelativeTimeFormatUnit, number][] = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1_000],
];

/** How long ago, in words. */
export function ago(at: number, now = Date.now()): string {
  const distance = at - now;
  const [unit, size] = steps.find(([, ms]) => Math.abs(distance) >= ms) ?? ['second', 1_000];
  return relative.format(Math.round(distance / size), unit);
}

/** A moment: how long ago, with the full time as its title; `exact` shows the full time. */
export function Time({ at, exact }: { at: string | number | null | undefined; exact?: boolean }) {
  if (at === null || at === undefined) return <span className="quiet">–</span>;
  const moment = new Date(at);
  const full = absolute.format(moment);
  return (
    <time dateTime={moment.toISOString()} title={full}>
      {exact ? full : ago(moment.getTime())}
    </time>
  );
}
