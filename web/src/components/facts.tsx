import type { ReactNode } from 'react';
import { shortDigest } from './format.ts';

/** Names and what they are, side by side; what is undefined is left out. */
export function Facts({ of }: { of: Record<string, ReactNode> }) {
  return (
    <dl className="facts">
      {Object.entries(of)
        .filter(([, value]) => value !== undefined && value !== '' && value !== false)
        .map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value === null ? <span className="quiet">–</span> : value}</dd>
          </div>
        ))}
    </dl>
  );
}

/** The first digits of a digest, the whole as its title. */
export function Digest({ of }: { of: string | null | undefined }) {
  return of ? <code title={of}>{shortDigest(of)}</code> : <span className="quiet">–</span>;
}

/** Small words side by side. */
export function Chips({ of }: { of: readonly string[] }) {
  return (
    <span className="chips">
      {of.map((word) => (
        <span className="chip" key={word}>
          {word}
        </span>
      ))}
    </span>
  );
}

/** Any JSON, laid out. */
export function Json({ value, label }: { value: unknown; label: string }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section className="json" aria-label={label} tabIndex={0}>
      {JSON.stringify(value, null, 2)}
    </section>
  );
}
