import type { ReactNode } from 'react';

/** One step of a way. */
export interface Stage {
  key: string;
  title: ReactNode;
  state: 'done' | 'current' | 'ahead' | 'failed';
  note?: ReactNode;
}

const words = { done: 'done', current: 'now', ahead: 'ahead', failed: 'stopped here' };

/** Steps in a row: what is done, where it stands, what is ahead. */
export function Stepper({ steps, label }: { steps: readonly Stage[]; label: string }) {
  return (
    <ol className="stepper" aria-label={label}>
      {steps.map(({ key, title, state, note }) => (
        <li key={key} className={state} aria-current={state === 'current' ? 'step' : undefined}>
          <span className="stepper-title">{title}</span>
          <span className="stepper-note">{note ?? words[state]}</span>
        </li>
      ))}
    </ol>
  );
}

/** One moment of a history. */
export interface Moment {
  key: string;
  when: ReactNode;
  what: ReactNode;
  more?: ReactNode;
  tone?: 'good' | 'warn' | 'bad' | 'busy' | 'calm';
}

/** Moments one under the other, newest first as they are given. */
export function Timeline({ moments, label }: { moments: readonly Moment[]; label: string }) {
  return (
    <ol className="timeline" aria-label={label}>
      {moments.map(({ key, when, what, more, tone = 'calm' }) => (
        <li key={key} className={tone}>
          <span className="timeline-when">{when}</span>
          <div className="timeline-what">{what}</div>
          {more && <div className="timeline-more">{more}</div>}
        </li>
      ))}
    </ol>
  );
}
