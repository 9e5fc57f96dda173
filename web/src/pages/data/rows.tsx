import { useInfiniteQuery } from '@tanstack/react-query';
import { client, type Schemas } from '../../api.ts';
import { Card } from '../../components/card.tsx';
import { Chips } from '../../components/facts.tsx';
import { formatCell } from '../../components/format.ts';
import { Loaded } from '../../components/loaded.tsx';
import { More } from '../../components/more.tsx';
import { Table } from '../../components/table.tsx';

interface At {
  name: string;
  version: string;
}
type Page = Schemas['DatasetRows'];
type Row = Record<string, unknown>;

/** The rows of a version. */
export function Rows(at: At) {
  return (
    <Card title="Rows">
      <Paged at={at} kind="rows" empty="This version has no rows." />
    </Card>
  );
}

/** The rows that broke rules, each with the ids of all rules it broke. */
export function Quarantine(at: At) {
  return (
    <Card title="Quarantine">
      <p className="quiet">
        Rows that broke a rule of severity “error” were put apart, not lost; each names every rule it broke.
      </p>
      <Paged at={at} kind="quarantine" empty="Nothing in quarantine: every row of this version met its rules." />
    </Card>
  );
}

function Paged({ at, kind, empty }: { at: At; kind: 'rows' | 'quarantine'; empty: string }) {
  const rows = useInfiniteQuery({
    queryKey: [kind, at],
    queryFn: ({ pageParam }) =>
      client.get(
        `/api/v1/datasets/{name}/versions/{version}/${kind}` as never,
        { ...at, limit: 50, pageToken: pageParam } as never,
      ) as Promise<Page>,
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.nextPageToken,
    select: ({ pages }) => ({ columns: pages[0]!.columns, items: pages.flatMap(({ items }) => items as Row[]) }),
  });
  return (
    <>
      <Loaded query={rows} isEmpty={({ items }) => items.length === 0} empty={empty}>
        {({ columns, items }) => <RowTable columns={columns} items={items} label={kind} />}
      </Loaded>
      <More list={rows} label="Show more rows" />
    </>
  );
}

function RowTable({ columns, items, label }: { columns: Page['columns']; items: readonly Row[]; label: string }) {
  const own = columns.filter(({ name }) => !name.startsWith('_'));
  const numbered = items.map((row, i) => ({ row, key: String(row['_row'] ?? i) }));
  const apart = items[0] && '_rules' in items[0];
  return (
    <Table
      caption={label === 'rows' ? 'Rows of the version' : 'Rows in quarantine'}
      rows={numbered}
      keyOf={({ key }) => key}
      columns={[
        ...(apart
          ? [
              { title: 'Row', numeric: true, show: ({ row }: { row: Row }) => formatCell(row['_row']) },
              { title: 'Broken rules', show: ({ row }: { row: Row }) => <Chips of={ruleIds(row['_rules'])} /> },
            ]
          : []),
        ...own.map(({ name, type }) => ({
          title: name,
          numeric: /INT|DOUBLE|FLOAT|DECIMAL/.test(type),
          show: ({ row }: { row: Row }) => formatCell(row[name]),
        })),
      ]}
    />
  );
}

function ruleIds(value: unknown): string[] {
  if (Array.isArray(value)) return value.map(String);
  return typeof value === 'string' ? value.split(',') : [];
}
