import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { client, type Schemas } from '../../api.ts';
import { formatCount } from '../../components/format.ts';
import { LinePlot } from '../../components/plot/line-plot.tsx';
import { type Series, toSeries } from '../../components/plot/series.ts';
import { CurveControls, type CurveSettings } from './curve-controls.tsx';
import { ScalarBars } from './scalar-bars.tsx';

type Run = Pick<Schemas['Run'], 'id' | 'name' | 'startedAt' | 'status'>;
type Curve = Schemas['Curve'];

interface Props {
  runs: readonly Run[];
  keys: readonly string[];
  title: string;
  /** The ids of runs whose curves are not drawn. */
  hidden?: ReadonlySet<string>;
}

/** The server draws so many curves at once, and nobody looks at more charts than this without scrolling. */
const [mostCurves, chartsAtOnce] = [500, 12];

const nothing: ReadonlySet<string> = new Set();

/** A chart for each metric with a curve for each run; of many metrics only the first, or those that are looked for. */
export function CurvesPanel({ runs, keys, title, hidden = nothing }: Props) {
  const [settings, setSettings] = useState<CurveSettings>({ smoothing: 0, axis: 'step', log: false, sought: '' });
  const [pages, setPages] = useState(1);
  const found = keys.filter((key) => key.toLowerCase().includes(settings.sought.trim().toLowerCase()));
  const perPage = Math.max(1, Math.min(chartsAtOnce, Math.floor(mostCurves / runs.length)));
  const shown = Array.from({ length: pages }, (_, page) => found.slice(page * perPage, (page + 1) * perPage));
  const left = found.length - pages * perPage;
  return (
    <div className="stack">
      <CurveControls settings={settings} set={setSettings} isMany={keys.length > perPage} />
      {found.length === 0 && <p className="empty">No metric has this in its name.</p>}
      {shown
        .filter((some) => some.length > 0)
        .map((some) => (
          <Charts key={some.join()} runs={runs} keys={some} settings={settings} title={title} hidden={hidden} />
        ))}
      {left > 0 && (
        <p className="more">
          <button type="button" onClick={() => setPages(pages + 1)}>
            Show {Math.min(left, perPage)} more of {left}
          </button>
        </p>
      )}
    </div>
  );
}

function useCurves(runs: readonly Run[], keys: readonly string[]) {
  const asked = { runs: runs.map(({ id }) => id), keys: [...keys], points: runs.length > 10 ? 200 : 400 };
  const isLive = runs.some(({ status }) => status === 'RUNNING');
  return useQuery({
    queryKey: ['curves', asked],
    queryFn: async () => (await client.post('/api/v1/runs/curves', asked as never)).curves,
    placeholderData: (before) => before,
    // Long histories take the server longer: they are read again less often.
    refetchInterval: ({ state: { data } }) => (isLive ? 2_000 + Math.min(20_000, pointsIn(data) / 20) : false),
  });
}

const pointsIn = (curves: readonly Curve[] | undefined) => curves?.reduce((sum, { total }) => sum + total, 0) ?? 0;

interface ChartsProps extends Required<Props> {
  settings: CurveSettings;
}

function Charts({ runs, keys, settings, title, hidden }: ChartsProps) {
  const curves = useCurves(runs, keys);
  if (curves.error) return <p className="failure">{curves.error.message}</p>;
  return (
    <div className="grid charts-grid">
      {keys.map((key) => (
        <Chart
          key={key}
          runs={runs}
          metric={key}
          curves={curves.data?.filter((curve) => curve.key === key)}
          settings={settings}
          title={title}
          hidden={hidden}
        />
      ))}
    </div>
  );
}

interface ChartProps {
  runs: readonly Run[];
  metric: string;
  curves: readonly Curve[] | undefined;
  settings: CurveSettings;
  title: string;
  hidden: ReadonlySet<string>;
}

function Chart({ runs, metric, curves, settings: { axis, smoothing, log }, title, hidden }: ChartProps) {
  const series = useMemo(
    () =>
      runs.flatMap((run, colour): Series[] => {
        const curve = curves?.find(({ runId }) => runId === run.id);
        if (!curve || hidden.has(run.id)) return [];
        const points = toSeries(curve as never, { axis, smoothing, startedAt: Date.parse(run.startedAt) });
        return [{ id: run.id, label: runs.length > 1 ? run.name : metric, colour, ...points }];
      }),
    [runs, curves, axis, smoothing, metric, hidden],
  );
  const total = pointsIn(curves);
  const isScalar = curves?.every((curve) => curve.total === 1);
  return (
    <section className="chart-box">
      <h3>
        {metric} <span className="quiet">{curves && `${formatCount(total)} ${total === 1 ? 'point' : 'points'}`}</span>
      </h3>
      {curves && isScalar ? (
        <ScalarBars title={`${title}: ${metric}`} series={series} />
      ) : curves ? (
        <LinePlot title={`${title}: ${metric}`} series={series} axis={axis} log={log} />
      ) : (
        <p className="loading">Loading …</p>
      )}
    </section>
  );
}
