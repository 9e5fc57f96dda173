import type { ReactNode } from 'react';

interface Props<T> {
  query: { data: T | undefined; error: Error | null; refetch: () => unknown };
  /** What to say when there is nothing, and what would make something appear. */
  empty?: ReactNode;
  isEmpty?: (data: T) => boolean;
  children: (data: T) => ReactNode;
}

/** Shows what a query gave; or that it is loading, has failed and why, or is empty and what to do. */
export function Loaded<T>({ query, empty, isEmpty, children }: Props<T>) {
  if (query.data !== undefined) {
    return isEmpty?.(query.data) ? <p className="empty">{empty}</p> : children(query.data);
  }
  if (query.error) {
    return (
      <div className="failure" role="alert">
        <strong>This could not be loaded.</strong> {query.error.message}{' '}
        <button type="button" onClick={() => void query.refetch()}>
          Try again
        </button>
      </div>
    );
  }
  return <p className="loading">Loading …</p>;
}
