import type { ReactNode } from 'react';

/** One ring of the chain. */
export function Ring({ title, side, children }: { title: ReactNode; side?: ReactNode; children: ReactNode }) {
  return (
    <li className="card">
      <div className="card-head">
        <h2>{title}</h2>
        <span className="quiet">{side}</span>
      </div>
      {children}
    </li>
  );
}
