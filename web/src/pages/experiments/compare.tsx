import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import type { Schemas } from '../../api.ts';
import { PageHead } from '../../components/card.tsx';
import { Loaded } from '../../components/loaded.tsx';
import { Tabs } from '../../components/tabs.tsx';
import { inOrder, isSystem } from './columns.ts';
import { CompareParallel, CompareScatter } from './compare-charts.tsx';
import { CompareTable } from './compare-table.tsx';
import { CurvesPanel } from './curves-panel.tsx';
import { useRunsOf } from './use-runs.ts';
import './experiments.css';

type Run = Schemas['Run'];

const mostRuns = 50;

/** Up to fifty runs beside each other; which ones is in the page's address. */
export default function Compare() {
  const { runs: given = '' } = useSearch({ strict: false }) as { runs?: unknown };
  const ids = [...new Set(String(given).split(','))].filter((id) => /^[0-9a-f]{32}$/.test(id)).slice(0, mostRuns);
  const runs = useRunsOf(ids);
  const navigate = useNavigate();
  const keep = (kept: readonly string[]) =>
    void navigate({ to: '/compare', search: { runs: kept.join(',') } as never, replace: true });
  if (ids.length === 0) {
    return (
      <p className="empty">
        Select two or more runs among the <Link to="/experiments">experiments</Link> to compare them.
      </p>
    );
  }
  return (
    <Loaded query={runs}>
      {(found) => (
        <>
          <PageHead title={found.length === 1 ? '1 run' : `${found.length} runs compared`}>
            What differs between them, their curves, and how values go together.
          </PageHead>
          <Comparison runs={found} keep={keep} />
        </>
      )}
    </Loaded>
  );
}

interface Props {
  runs: readonly Run[];
  keep: (ids: readonly string[]) => void;
}

function Comparison({ runs, keep }: Props) {
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set());
  const keys = useMemo(() => curveKeys(runs), [runs]);
  const toggle = (id: string) => {
    const next = new Set(hidden);
    if (!next.delete(id)) next.add(id);
    setHidden(next);
  };
  const curves = (of: readonly string[], title: string) => (
    <>
      <Legend runs={runs} hidden={hidden} toggle={toggle} />
      <CurvesPanel runs={runs} keys={of} title={title} hidden={hidden} />
    </>
  );
  const system = keys.filter(isSystem);
  const model = keys.filter((key) => !isSystem(key));
  const sheets = [
    { id: 'table', title: 'Differences', show: () => <CompareTable runs={runs} keep={keep} /> },
    { id: 'curves', title: 'Curves', show: () => curves(model, 'Metrics') },
    { id: 'parallel', title: 'Parallel coordinates', show: () => <CompareParallel runs={runs} keep={keep} /> },
    { id: 'scatter', title: 'Scatter', show: () => <CompareScatter runs={runs} /> },
    ...(system.length > 0 ? [{ id: 'system', title: 'System', show: () => curves(system, 'System metrics') }] : []),
  ];
  return (
    <section className="card">
      <Tabs label="Comparison" sheets={sheets} />
    </section>
  );
}

/** The metrics of all runs: those that were logged at more than one step first. */
function curveKeys(runs: readonly Run[]): string[] {
  const stepped = new Map<string, boolean>();
  for (const { key, step } of runs.flatMap(({ metrics }) => Object.values(metrics))) {
    stepped.set(key, stepped.get(key) === true || step > 0);
  }
  const sorted = [...stepped].sort(([a, x], [b, y]) => Number(y) - Number(x) || inOrder(a, b));
  return sorted.map(([key]) => key);
}

interface LegendProps {
  runs: readonly Run[];
  hidden: ReadonlySet<string>;
  toggle: (id: string) => void;
}

function Legend({ runs, hidden, toggle }: LegendProps) {
  return (
    <ul className="plot-legend" aria-label="Runs that are drawn">
      {runs.map(({ id, name }, i) => (
        <li key={id}>
          <button type="button" aria-pressed={!hidden.has(id)} title={name} onClick={() => toggle(id)}>
            <i className={`plot-swatch plot-tone-${i % 10}`} /> {name}
          </button>
        </li>
      ))}
    </ul>
  );
}
