import { useEffect, useRef, useSyncExternalStore } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';

/** One line of a chart. */
export interface Line {
  label: string;
  values: (number | null)[];
  /** A CSS variable of the palette; chosen by place unless given. */
  colour?: string;
  dashed?: boolean;
  points?: boolean;
  /** Whether the space under the line is filled faintly. */
  area?: boolean;
}

interface Props {
  /** What the chart shows, for those who do not see it. */
  title: string;
  /** Times in milliseconds, ascending; or plain numbers with `xIs="number"`. */
  x: number[];
  lines: Line[];
  height?: number;
  xIs?: 'time' | 'number';
  format?: (value: number) => string;
}

const palette = ['--accent', '--busy', '--warn', '--bad', '--good', '--quiet'];
const colourOf = (name: string) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const resolved = (value: string) => {
  const probe = document.createElement('span');
  probe.style.color = value;
  document.body.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
};

const darkness = window.matchMedia('(prefers-color-scheme: dark)');
const themeNow = () => `${document.documentElement.dataset['theme'] ?? ''}${darkness.matches}`;

function watchTheme(changed: () => void): () => void {
  const observer = new MutationObserver(changed);
  observer.observe(document.documentElement, { attributeFilter: ['data-theme'] });
  darkness.addEventListener('change', changed);
  return () => {
    observer.disconnect();
    darkness.removeEventListener('change', changed);
  };
}

/** Lines over time, drawn on a canvas; the last values are told in words beside it. */
export function Chart(props: Props) {
  const { title, x, lines, height = 180 } = props;
  const holder = useRef<HTMLDivElement>(null);
  const drawn = useRef(props);
  drawn.current = props;
  const theme = useSyncExternalStore(watchTheme, themeNow);
  const key = JSON.stringify([x, lines]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new array of the same numbers needs no new drawing
  useEffect(() => {
    const element = holder.current;
    if (!element || x.length === 0) return;
    const plot = new uPlot(optionsOf(drawn.current, element.clientWidth), dataOf(drawn.current), element);
    const resize = new ResizeObserver(() => plot.setSize({ width: element.clientWidth, height }));
    resize.observe(element);
    return () => {
      resize.disconnect();
      plot.destroy();
    };
  }, [key, height, theme]);
  const last = lines.map((line) => `${line.label}: ${describe(line, props.format)}`).join('; ');
  return (
    <figure className="chart">
      {x.length === 0 ? (
        <p className="empty">Nothing to draw yet.</p>
      ) : (
        <div ref={holder} role="img" aria-label={`${title}. Last values: ${last}`} style={{ minHeight: height }} />
      )}
    </figure>
  );
}

const faint = (colour: string) =>
  colour.replace(/^rgb\((.*)\)$/, 'rgb($1, 0.12)').replace(/^color\((.*)\)$/, 'color($1 / 0.12)');

function describe(line: Line, format = (value: number) => value.toPrecision(4)): string {
  const value = line.values.findLast((one) => one !== null);
  return value === undefined || value === null ? 'none' : format(value);
}

function dataOf({ x, lines, xIs }: Props): uPlot.AlignedData {
  const axis = xIs === 'number' ? x : x.map((ms) => ms / 1000);
  return [axis, ...lines.map((line) => line.values)] as uPlot.AlignedData;
}

/** Whether there is nothing but zeros, for which the axis would else go to a hundred: of shares, to 10,000 %. */
const isFlat = (lines: readonly Line[]) => lines.every(({ values }) => values.every((value) => !value));

function optionsOf({ lines, height = 180, xIs = 'time', format }: Props, width: number): uPlot.Options {
  const [ink, grid] = [resolved(colourOf('--quiet')), resolved(colourOf('--line'))];
  const axis = {
    stroke: ink,
    grid: { stroke: grid, width: 1 },
    ticks: { stroke: grid, width: 1 },
    font: '12px system-ui',
  };
  return {
    width,
    height,
    cursor: { y: false },
    legend: { live: true },
    scales: { x: { time: xIs === 'time' }, ...(isFlat(lines) && { y: { range: [0, 1] } }) },
    axes: [
      axis,
      { ...axis, size: 62, ...(format ? { values: (_plot: uPlot, ticks: number[]) => ticks.map(format) } : {}) },
    ],
    series: [
      {},
      ...lines.map((line, i) => ({
        label: line.label,
        stroke: resolved(colourOf(line.colour ?? palette[i % palette.length]!)),
        width: 2,
        spanGaps: true,
        points: { show: line.points ?? line.values.length < 40, size: 5 },
        ...(line.area ? { fill: faint(resolved(colourOf(line.colour ?? palette[i % palette.length]!))) } : {}),
        ...(line.dashed ? { dash: [6, 5] } : {}),
        ...(format ? { value: (_plot: uPlot, value: number | null) => (value === null ? '–' : format(value)) } : {}),
      })),
    ],
  };
}
