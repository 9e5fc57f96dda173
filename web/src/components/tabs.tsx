import { Tabs as Primitive } from 'radix-ui';
import type { ReactNode } from 'react';

/** One sheet of a page. */
export interface Sheet {
  id: string;
  title: string;
  show: () => ReactNode;
}

/** Sheets of which one is open; arrow keys move between them. */
export function Tabs({ sheets, label }: { sheets: readonly Sheet[]; label: string }) {
  return (
    <Primitive.Root defaultValue={sheets[0]!.id} className="tabs">
      <Primitive.List aria-label={label} className="tabs-list">
        {sheets.map(({ id, title }) => (
          <Primitive.Trigger key={id} value={id}>
            {title}
          </Primitive.Trigger>
        ))}
      </Primitive.List>
      {sheets.map(({ id, show }) => (
        <Primitive.Content key={id} value={id} className="tabs-content">
          {show()}
        </Primitive.Content>
      ))}
    </Primitive.Root>
  );
}
