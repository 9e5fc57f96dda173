import { type FormEvent, useEffect, useId, useRef, useState } from 'react';

interface Props {
  filter: string;
  apply: (filter: string) => void;
  error: (Error & { details?: Record<string, unknown> }) | null;
}

/** A field for the filter's words; a mistake is shown at its place. */
export function FilterBox({ filter, apply, error }: Props) {
  const [typed, setTyped] = useState(filter);
  const field = useId();
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => setTyped(filter), [filter]);
  const position = error && typeof error.details?.['position'] === 'number' ? error.details['position'] : undefined;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    apply(typed.trim());
  };
  return (
    <form className="filter-box" onSubmit={submit}>
      <label htmlFor={field}>Filter</label>
      <div className="filters">
        <input
          id={field}
          ref={input}
          value={typed}
          spellCheck={false}
          autoComplete="off"
          aria-invalid={error !== null}
          aria-describedby={error ? `${field}-error` : undefined}
          placeholder="metrics.roc_auc_score > 0.7 and (params.model = 'gbm' or not tags.owner like 'a%')"
          onChange={(event) => setTyped(event.target.value)}
        />
        <button type="submit">Apply</button>
        {filter !== '' && (
          <button type="button" onClick={() => apply('')}>
            Clear
          </button>
        )}
      </div>
      {error && (
        <div id={`${field}-error`} className="failure" role="alert">
          {position !== undefined && typed === filter && (
            <pre className="filter-place">
              {filter.slice(0, position)}
              <mark>{filter.slice(position, position + wordAt(filter, position)) || ' '}</mark>
              {filter.slice(position + wordAt(filter, position))}
            </pre>
          )}
          {error.message}{' '}
          {position !== undefined && (
            <button
              type="button"
              onClick={() => {
                input.current?.focus();
                input.current?.setSelectionRange(position, position + wordAt(filter, position));
              }}
            >
              Go there
            </button>
          )}
        </div>
      )}
    </form>
  );
}

/** How long the word is that begins at a place. */
function wordAt(text: string, at: number): number {
  return /^\S*/.exec(text.slice(at))![0].length;
}
