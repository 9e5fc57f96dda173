import { type KeyboardEvent, type PointerEvent, useRef, useState } from 'react';
import { type Axis, type AxisValue, axisOf, type Brush, moveBrush, onAxis, passes } from './brush.ts';
import { formatTick } from './scale.ts';
import { pathOf } from './series.ts';
import { useWidth } from './use-width.ts';
import './plot.css';

/** A run as a line through all axes. */
export interface ParallelLine {
  id: string;
  label: string;
  colour: number;
}

interface Props<L extends ParallelLine> {
  title: string;
  lines: readonly L[];
  /** The names of the axes, from left to right. */
  axes: readonly string[];
  read: (line: L, axis: string) => AxisValue;
  brushes: Readonly<Record<string, Brush>>;
  setBrushes: (brushes: Record<string, Brush>) => void;
}

const [height, top, bottom] = [300, 34, 22];

/** Parallel coordinates: a line for each run through an axis for each value; a stretch of an axis picks the lines that pass it. */
export function Parallel<L extends ParallelLine>({ title, lines, axes, read, brushes, setBrushes }: Props<L>) {
  const [box, width] = useWidth(720);
  const drawn = axes.map((name) =>
    axisOf(
      name,
      lines.map((line) => read(line, name)),
      [height - bottom, top],
    ),
  );
  const wide = Math.max(width, axes.length * 110);
  const placeOf = (i: number) => 70 + (i * (wide - 140)) / Math.max(1, axes.length - 1);
  const [lit, setLit] = useState<string>();
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls sideways must be reachable by keyboard
    <section ref={box} className="plot table parallel" aria-label={title} tabIndex={0}>
      <svg width={wide} height={height} aria-label={`${title}, brushes on the axes`}>
        <g>
          {lines.map((line) => (
            <Line
              key={line.id}
              line={line}
              isOut={!passes(drawn, brushes, (name) => read(line, name))}
              isLit={lit === line.id}
              path={pathOf(
                {
                  xs: drawn.map((_, i) => i),
                  ys: drawn.map((axis) => onAxis(axis, read(line, axis.key)) ?? Number.NaN),
                },
                (i, value) => (Number.isNaN(value) ? undefined : [placeOf(i), drawn[i]!.scale.place(value)]),
              )}
              light={setLit}
            />
          ))}
        </g>
        {drawn.map((axis, i) => (
          <AxisLine
            key={axis.key}
            axis={axis}
            x={placeOf(i)}
            brush={brushes[axis.key]}
            setBrush={(brush) => {
              const { [axis.key]: _, ...others } = brushes;
              setBrushes(brush ? { ...others, [axis.key]: brush } : others);
            }}
          />
        ))}
      </svg>
    </section>
  );
}

interface LineProps {
  line: ParallelLine;
  path: string;
  isOut: boolean;
  isLit: boolean;
  light: (id: string | undefined) => void;
}

function Line({ line, path, isOut, isLit, light }: LineProps) {
  const tone = `plot-tone-${line.colour % 10}`;
  return (
    <path
      className={`parallel-line ${tone}${isOut ? ' out' : ''}${isLit ? ' lit' : ''}`}
      d={path}
      onPointerEnter={() => light(line.id)}
      onPointerLeave={() => light(undefined)}
    >
      <title>{line.label}</title>
    </path>
  );
}

interface AxisProps {
  axis: Axis;
  x: number;
  brush: Brush | undefined;
  setBrush: (brush: Brush | undefined) => void;
}

const textAt = ({ texts }: Axis, value: number) => (texts ? (texts[Math.round(value)] ?? '') : formatTick(value));
const cut = (text: string, most: number) => (text.length > most ? `${text.slice(0, most - 1)}…` : text);

function AxisLine({ axis, x, brush, setBrush }: AxisProps) {
  const from = useRef<number>(undefined);
  const { scale, extent, ticks } = { ...axis, ticks: axis.scale.ticks };
  const valueUnder = ({ currentTarget, clientY }: PointerEvent<SVGElement>) => {
    const value = scale.value(clientY - currentTarget.ownerSVGElement!.getBoundingClientRect().top);
    return Math.max(extent[0], Math.min(extent[1], value));
  };
  const drag = (event: PointerEvent<SVGElement>) => {
    if (from.current === undefined) return;
    const to = valueUnder(event);
    setBrush(to === from.current ? undefined : [Math.min(from.current, to), Math.max(from.current, to)]);
  };
  const [low, high] = brush ?? extent;
  return (
    <g transform={`translate(${x.toFixed(1)} 0)`}>
      <text className="axis-name" textAnchor="middle" y={12}>
        <title>{axis.key}</title>
        {cut(axis.key.slice(axis.key.indexOf('.') + 1), 17)}
      </text>
      <line className="axis-line" y1={top} y2={height - bottom} />
      {every(ticks, 8).map((tick) => (
        <text key={tick} className="plot-label" x={7} y={scale.place(tick)} dy="0.32em">
          {cut(textAt(axis, tick), 12)}
        </text>
      ))}
      {brush && (
        <rect
          className="axis-brush"
          x={-9}
          width={18}
          y={scale.place(high)}
          height={scale.place(low) - scale.place(high)}
        />
      )}
      <rect
        className="axis-hit"
        x={-14}
        width={28}
        y={top - 8}
        height={height - top - bottom + 16}
        onPointerDown={(event) => {
          from.current = valueUnder(event);
          event.currentTarget.setPointerCapture(event.pointerId);
          setBrush(undefined);
        }}
        onPointerMove={drag}
        onPointerUp={() => {
          from.current = undefined;
        }}
      />
      <AxisEnd axis={axis} brush={brush} end={0} setBrush={setBrush} />
      <AxisEnd axis={axis} brush={brush} end={1} setBrush={setBrush} />
    </g>
  );
}

const every = (ticks: readonly number[], most: number) =>
  ticks.filter((_, i) => i % Math.max(1, Math.ceil(ticks.length / most)) === 0);

interface EndProps {
  axis: Axis;
  brush: Brush | undefined;
  end: 0 | 1;
  setBrush: (brush: Brush | undefined) => void;
}

/** One end of a brush, moved with the arrow keys; Escape takes the brush away. */
function AxisEnd({ axis, brush, end, setBrush }: EndProps) {
  const value = (brush ?? axis.extent)[end];
  const move = (event: KeyboardEvent) => {
    const steps = { ArrowUp: 1, ArrowDown: -1, PageUp: 10, PageDown: -10 }[event.key];
    if (event.key === 'Escape') setBrush(undefined);
    if (steps === undefined) return;
    event.preventDefault();
    setBrush(moveBrush(axis, brush, { end, steps }));
  };
  return (
    <circle
      className="axis-end"
      role="slider"
      aria-label={`${end === 0 ? 'Least' : 'Greatest'} ${axis.key}`}
      aria-orientation="vertical"
      aria-valuemin={axis.extent[0]}
      aria-valuemax={axis.extent[1]}
      aria-valuenow={value}
      aria-valuetext={textAt(axis, value)}
      tabIndex={0}
      cy={axis.scale.place(value)}
      r={5}
      onKeyDown={move}
    />
  );
}
