import { type KeyboardEvent, type PointerEvent, useState } from 'react';
import { createScale, formatTick, type Scale } from './scale.ts';
import { pathOf, plotExtents, type Reading, readAt, type Series, type XAxis } from './series.ts';
import { useWidth } from './use-width.ts';
import './plot.css';

interface Props {
  title: string;
  series: readonly Series[];
  axis: XAxis;
  log: boolean;
  height?: number;
}

const margin = { left: 54, right: 12, top: 8, bottom: 24 };
const mostReadings = 8;
const axisNames = { step: 'step', relative: 'time since start', wall: 'time' };

/** Lines over steps or time with what they are under the pointer, or under the arrow keys. */
export function LinePlot({ title, series, axis, log, height = 210 }: Props) {
  const [box, width] = useWidth();
  const [hover, setHover] = useState<number>();
  const extents = plotExtents(series, log);
  if (!extents) {
    return <p className="empty">{log ? 'Nothing above 0 to draw on a logarithmic scale.' : 'No number to draw.'}</p>;
  }
  const x = createScale({ of: extents.x, to: [margin.left, width - margin.right], ticks: Math.floor(width / 90) });
  const y = createScale({ of: extents.y, to: [height - margin.bottom, margin.top], log, ticks: 4 });
  const readings =
    hover === undefined ? [] : readAt(series, x.value(hover), Math.abs(x.value(12) - x.value(0)) || Infinity);
  const follow = ({ currentTarget, clientX }: PointerEvent<HTMLElement>) =>
    setHover(clientX - currentTarget.getBoundingClientRect().left);
  const step = ({ key, preventDefault }: KeyboardEvent) => {
    const by = { ArrowLeft: -8, ArrowRight: 8, Home: -width, End: width }[key];
    if (by === undefined) return;
    preventDefault();
    setHover((now) => Math.min(width - margin.right, Math.max(margin.left, (now ?? margin.left) + by)));
  };
  return (
    <section
      ref={box}
      className="plot"
      aria-label={`${title}; arrow keys read values`}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: the values are read with the arrow keys
      tabIndex={0}
      onPointerMove={follow}
      onPointerLeave={() => setHover(undefined)}
      onBlur={() => setHover(undefined)}
      onKeyDown={(event) => step({ ...event, key: event.key, preventDefault: () => event.preventDefault() })}
    >
      <svg width={width} height={height} role="img" aria-label={`${title}. ${inWords(series)}`}>
        <Axes x={x} y={y} size={{ width, height }} axis={axis} />
        {series.map((one) => (
          <Curve key={one.id} series={one} x={x} y={y} log={log} />
        ))}
        {hover !== undefined && <Marks readings={readings} at={hover} y={y} height={height} log={log} />}
      </svg>
      <Readout readings={readings} axis={axis} left={hover !== undefined && hover > width / 2} />
    </section>
  );
}

function inWords(series: readonly Series[]): string {
  const last = series.slice(0, 5).map(({ label, ys }) => `${label} ends at ${formatTick(ys.at(-1) ?? Number.NaN)}`);
  return last.join('; ') + (series.length > 5 ? `; and ${series.length - 5} more` : '');
}

interface AxesProps {
  x: Scale;
  y: Scale;
  size: { width: number; height: number };
  axis: XAxis;
}

function Axes({ x, y, size: { width, height }, axis }: AxesProps) {
  return (
    <g className="plot-axes">
      {y.ticks.map((tick) => (
        <g key={tick} transform={`translate(0 ${y.place(tick).toFixed(1)})`}>
          <line x1={margin.left} x2={width - margin.right} />
          <text x={margin.left - 6} dy="0.32em" textAnchor="end">
            {formatTick(tick)}
          </text>
        </g>
      ))}
      {x.ticks.map((tick) => (
        <text key={tick} x={x.place(tick)} y={height - 6} textAnchor="middle">
          {xText(tick, axis)}
        </text>
      ))}
    </g>
  );
}

const clock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', second: '2-digit' });

/** A place on the x axis in words. */
function xText(value: number, axis: XAxis): string {
  if (axis === 'step') return formatTick(value);
  if (axis === 'wall') return clock.format(value);
  if (Math.abs(value) < 120) return `${formatTick(value)} s`;
  return Math.abs(value) < 7200 ? `${formatTick(value / 60)} min` : `${formatTick(value / 3600)} h`;
}

interface CurveProps {
  series: Series;
  x: Scale;
  y: Scale;
  log: boolean;
}

function Curve({ series: { xs, ys, raw, low, high, colour }, x, y, log }: CurveProps) {
  const place = (at: number, value: number) =>
    Number.isFinite(value) && (!log || value > 0) ? ([x.place(at), y.place(value)] as const) : undefined;
  const tone = `plot-tone-${colour % 10}`;
  if (xs.length === 1) {
    const at = place(xs[0]!, ys[0]!);
    return at ? <circle className={`plot-dot ${tone}`} cx={at[0]} cy={at[1]} r={4} /> : null;
  }
  return (
    <g className={tone}>
      {low && high && <path className="plot-band" d={bandOf({ xs, low, high }, place)} />}
      {raw && <path className="plot-raw" d={pathOf({ xs, ys: raw }, place)} />}
      <path className={colour >= 10 ? 'plot-line dashed' : 'plot-line'} d={pathOf({ xs, ys }, place)} />
    </g>
  );
}

function bandOf(
  { xs, low, high }: { xs: readonly number[]; low: readonly number[]; high: readonly number[] },
  place: (x: number, y: number) => readonly [number, number] | undefined,
): string {
  const upper = xs.flatMap((x, i) => [place(x, high[i]!) ?? []]).filter((at) => at.length > 0);
  const lower = xs.flatMap((x, i) => [place(x, low[i]!) ?? []]).filter((at) => at.length > 0);
  const points = [...upper, ...lower.reverse()].map((at) => `${at[0]!.toFixed(1)} ${at[1]!.toFixed(1)}`);
  return points.length === 0 ? '' : `M${points.join('L')}Z`;
}

interface MarksProps {
  readings: readonly Reading[];
  at: number;
  y: Scale;
  height: number;
  log: boolean;
}

function Marks({ readings, at, y, height, log }: MarksProps) {
  return (
    <g>
      <line className="plot-cursor" x1={at} x2={at} y1={margin.top} y2={height - margin.bottom} />
      {readings
        .filter((one) => Number.isFinite(one.y) && (!log || one.y > 0))
        .map((one) => (
          <circle
            key={one.series.id}
            className={`plot-dot plot-tone-${one.series.colour % 10}`}
            cx={at}
            cy={y.place(one.y)}
            r={3.5}
          />
        ))}
    </g>
  );
}

function Readout({ readings, axis, left }: { readings: readonly Reading[]; axis: XAxis; left: boolean }) {
  return (
    <div className={left ? 'plot-readout left' : 'plot-readout'} role="status" hidden={readings.length === 0}>
      {readings.length > 0 && (
        <>
          <strong>
            {axisNames[axis]} {xText(readings[0]!.x, axis)}
          </strong>
          {readings.slice(0, mostReadings).map(({ series, index, y }) => (
            <span key={series.id}>
              <i className={`plot-swatch plot-tone-${series.colour % 10}`} /> {series.label}: <b>{exact(y)}</b>
              {series.raw && <span className="quiet"> ({exact(series.raw[index]!)} as logged)</span>}
            </span>
          ))}
          {readings.length > mostReadings && <span className="quiet">and {readings.length - mostReadings} more</span>}
        </>
      )}
    </div>
  );
}

const exact = (value: number) => (Number.isFinite(value) ? String(Number(value.toPrecision(5))) : String(value));
