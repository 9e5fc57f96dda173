import { useApi } from '../../api.ts';
import { Histogram } from '../../components/bars.tsx';
import { Card } from '../../components/card.tsx';
import { formatNumber } from '../../components/format.ts';
import { Loaded } from '../../components/loaded.tsx';

interface Compared {
  column: string;
  recipe: string;
  reason: string | null;
  bins: { edges: number[] | null; categories: string[] | null; reference: number[]; current: number[] } | null;
}

/** A column's values now over those of the reference. */
export function Distribution({ column, runId }: { column: string; runId: string }) {
  const run = useApi('/api/v1/monitor-runs/{id}', { id: runId });
  return (
    <Card title={`${column}, last window`}>
      <Loaded query={run}>
        {({ details, reference }) => {
          const found = (details as Compared[]).find((one) => one.column === column);
          if (!found?.bins) return <p className="empty">{found?.reason ?? 'This method compares without bins.'}</p>;
          const { edges, categories, reference: before, current } = found.bins;
          return (
            <>
              <div className="distribution">
                <Histogram
                  counts={current}
                  over={before}
                  label={`${column} now, and in the reference`}
                  {...(edges && { edges })}
                />
              </div>
              <div className="ends">
                {categories
                  ? categories.slice(0, 12).map((one) => <span key={one}>{one}</span>)
                  : edges && [edges[0], edges.at(-1)].map((edge) => <span key={edge}>{formatNumber(edge)}</span>)}
              </div>
              <p className="quiet">
                Bars: this window. Outline: {reference}. {found.recipe}.
              </p>
            </>
          );
        }}
      </Loaded>
    </Card>
  );
}
