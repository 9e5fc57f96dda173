import type { Schemas } from '../../api.ts';
import { formatNumber } from '../../components/format.ts';

type Run = Pick<Schemas['MonitorRun'], 'id' | 'pressure' | 'status' | 'windowToAt'>;

/** How near each window came to a breach, oldest first; the line is the threshold. */
export function Pressure({ runs }: { runs: readonly Run[] }) {
  const bars = runs.toReversed().map((run, i) => ({ ...run, x: i * 8, height: Math.min(run.pressure ?? 0, 2) * 20 }));
  const label = `Nearness to a breach by window, 1 is the threshold: ${bars.map(({ pressure }) => formatNumber(pressure)).join(', ')}`;
  const width = Math.max(bars.length, 12) * 8;
  return (
    <svg className="pressure" viewBox={`0 0 ${width} 44`} preserveAspectRatio="none" role="img" aria-label={label}>
      <title>Nearness to a breach by window</title>
      {bars.map(({ id, x, height, status }) => (
        <rect
          key={id}
          className={status}
          x={x + 1}
          width="6"
          y={42 - Math.max(height, 1.5)}
          height={Math.max(height, 1.5)}
        />
      ))}
      <path className="pressure-line" d={`M0 22H${width}`} />
    </svg>
  );
}
