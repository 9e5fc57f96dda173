import type { ReactNode } from 'react';

/** A titled box. */
export function Card({
  title,
  side,
  children,
  wide,
}: {
  title?: ReactNode;
  side?: ReactNode;
  children: ReactNode;
  wide?: boolean;
}) {
  return (
    <section className={wide ? 'card wide' : 'card'}>
      {(title || side) && (
        <div className="card-head">
          {title && <h2>{title}</h2>}
          {side}
        </div>
      )}
      {children}
    </section>
  );
}

/** A page's title with one line of what it shows. */
export function PageHead({ title, children, side }: { title: ReactNode; children?: ReactNode; side?: ReactNode }) {
  return (
    <div className="page-head">
      <div>
        <h1>{title}</h1>
        {children && <p className="quiet">{children}</p>}
      </div>
      {side}
    </div>
  );
}

/** One number with its name. */
export function Figure({ label, value, note }: { label: string; value: ReactNode; note?: ReactNode }) {
  return (
    <div className="figure">
      <span className="figure-value">{value}</span>
      <span className="figure-label">{label}</span>
      {note && <span className="figure-note">{note}</span>}
    </div>
  );
}
