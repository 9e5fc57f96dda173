import type { ReactNode } from 'react';

/** A column of a table. */
export interface Column<T> {
  title: string;
  show: (row: T) => ReactNode;
  numeric?: boolean;
  /** Whether it holds sentences, which a narrow screen shall not break after each word. */
  wide?: boolean;
}

interface Props<T> {
  /** What the table lists, for those who do not see it. */
  caption: string;
  rows: readonly T[];
  columns: readonly Column<T>[];
  keyOf: (row: T) => string;
}

/** Rows in columns. */
export function Table<T>({ caption, rows, columns, keyOf }: Props<T>) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls sideways must be reachable by keyboard
    <section className="table" aria-label={caption} tabIndex={0}>
      <table>
        <caption className="hidden">{caption}</caption>
        <thead>
          <tr>
            {columns.map(({ title, numeric }) => (
              <th key={title} scope="col" className={numeric ? 'numeric' : undefined}>
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={keyOf(row)}>
              {columns.map(({ title, show, numeric, wide }) => (
                <td key={title} className={numeric ? 'numeric' : wide ? 'sentence' : undefined}>
                  {show(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
