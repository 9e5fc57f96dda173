import { type Axis, type AxisValue, axisOf, onAxis } from './brush.ts';
import { formatTick } from './scale.ts';
import { useWidth } from './use-width.ts';
import './plot.css';

/** A run as a point. */
export interface ScatterPoint {
  id: string;
  label: string;
  href: string;
  x: AxisValue;
  y: AxisValue;
  colour: AxisValue;
}

interface Props {
  title: string;
  points: readonly ScatterPoint[];
  /** The names of both axes, and of the colour where there is one. */
  names: { x: string; y: string; colour?: string | undefined };
}

const [height, left, bottom, top, right] = [340, 70, 40, 12, 16];

/** Runs as points over two of their values, coloured by a third; each is a link to its run. */
export function Scatter({ title, points, names }: Props) {
  const [box, width] = useWidth(640);
  const axes = {
    x: axisOf(
      names.x,
      points.map(({ x }) => x),
      [left + 10, width - right - 10],
    ),
    y: axisOf(
      names.y,
      points.map(({ y }) => y),
      [height - bottom - 10, top + 10],
    ),
    colour: axisOf(
      names.colour ?? '',
      points.map(({ colour }) => colour),
      [0, 1],
    ),
  };
  const placed = points.flatMap((point) => {
    const [x, y] = [onAxis(axes.x, point.x), onAxis(axes.y, point.y)];
    if (x === undefined || y === undefined) return [];
    return [{ ...point, left: axes.x.scale.place(x), top: axes.y.scale.place(y), fill: fillOf(point.colour) }];
  });
  function fillOf(value: AxisValue): string {
    const at = names.colour === undefined ? 0 : onAxis(axes.colour, value);
    if (at === undefined) return 'var(--field)';
    if (names.colour === undefined) return 'var(--accent)';
    return `color-mix(in oklab, var(--tone-1) ${Math.round(axes.colour.scale.place(at) * 100)}%, var(--tone-2))`;
  }
  return (
    <section ref={box} className="plot" aria-label={title}>
      <svg width={width} height={height} aria-label={`${title}: ${placed.length} runs`}>
        <Axes x={axes.x} y={axes.y} width={width} />
        {placed.map((point) => (
          <a key={point.id} href={point.href} aria-label={saying(point, names)}>
            <circle className="scatter-point" cx={point.left} cy={point.top} r={7} style={{ fill: point.fill }}>
              <title>{saying(point, names)}</title>
            </circle>
          </a>
        ))}
      </svg>
    </section>
  );
}

const textOf = ({ texts }: Axis, tick: number) => (texts ? (texts[tick] ?? '') : formatTick(tick));

function Axes({ x, y, width }: { x: Axis; y: Axis; width: number }) {
  return (
    <g className="plot-axes">
      {y.scale.ticks.map((tick) => (
        <g key={tick} transform={`translate(0 ${y.scale.place(tick).toFixed(1)})`}>
          <line x1={left} x2={width - right} />
          <text x={left - 6} dy="0.32em" textAnchor="end">
            {textOf(y, tick).slice(0, 9)}
          </text>
        </g>
      ))}
      {x.scale.ticks.map((tick) => (
        <text key={tick} x={x.scale.place(tick)} y={height - bottom + 16} textAnchor="middle">
          {textOf(x, tick).slice(0, 12)}
        </text>
      ))}
      <text className="axis-name" x={(left + width - right) / 2} y={height - 4} textAnchor="middle">
        {x.key}
      </text>
    </g>
  );
}

function saying({ label, x, y, colour }: ScatterPoint, names: Props['names']): string {
  const third = names.colour === undefined ? '' : `, ${names.colour} ${colour ?? 'missing'}`;
  return `${label}: ${names.x} ${x}, ${names.y} ${y}${third}`;
}
