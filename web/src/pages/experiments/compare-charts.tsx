import { useMemo, useState } from 'react';
import type { Schemas } from '../../api.ts';
import { axisOf, type Brush, passes } from '../../components/plot/brush.ts';
import { Parallel } from '../../components/plot/parallel.tsx';
import { Scatter } from '../../components/plot/scatter.tsx';
import { axisValue, differencesOf, tellingAxes } from './differences.ts';

type Run = Schemas['Run'];

/** Every metric and parameter that any of the runs has, as names of axes. */
function axisNames(runs: readonly Run[]): string[] {
  return (['params', 'metrics'] as const).flatMap((kind) =>
    differencesOf(runs, kind)
      .slice(0, 500)
      .map(({ key }) => `${kind}.${key}`),
  );
}

interface ParallelProps {
  runs: readonly Run[];
  keep: (ids: readonly string[]) => void;
}

/** Runs as lines through axes that are chosen; stretches of the axes pick some of them. */
export function CompareParallel({ runs, keep }: ParallelProps) {
  const names = useMemo(() => axisNames(runs), [runs]);
  const [axes, setAxes] = useState(() => tellingAxes(runs, { params: 5, metrics: 3 }));
  const [brushes, setBrushes] = useState<Record<string, Brush>>({});
  const lines = useMemo(() => runs.map((run, colour) => ({ id: run.id, label: run.name, colour, run })), [runs]);
  const read = ({ run }: { run: Run }, name: string) => axisValue(run, name);
  const scales = axes.map((name) =>
    axisOf(
      name,
      lines.map((line) => read(line, name)),
      [0, 1],
    ),
  );
  const passing = lines.filter((line) => passes(scales, brushes, (name) => read(line, name)));
  const isBrushed = Object.keys(brushes).length > 0;
  return (
    <>
      <div className="filters">
        <AxisChoice names={names} axes={axes} setAxes={setAxes} />
        <span role="status">
          {passing.length} of {lines.length} runs
        </span>
        <button type="button" disabled={!isBrushed} onClick={() => setBrushes({})}>
          Clear brushes
        </button>
        <button
          type="button"
          disabled={!isBrushed || passing.length === 0}
          onClick={() => keep(passing.map(({ id }) => id))}
        >
          Keep only these
        </button>
      </div>
      {axes.length < 2 ? (
        <p className="empty">Choose two axes or more.</p>
      ) : (
        <Parallel
          title="Parallel coordinates"
          lines={lines}
          axes={axes}
          read={read}
          brushes={brushes}
          setBrushes={setBrushes}
        />
      )}
      <p className="quiet">
        Drag along an axis to pick the runs that pass there; or move its ends with the arrow keys, Escape to clear.
      </p>
    </>
  );
}

interface ChoiceProps {
  names: readonly string[];
  axes: readonly string[];
  setAxes: (axes: string[]) => void;
}

function AxisChoice({ names, axes, setAxes }: ChoiceProps) {
  return (
    <details className="axis-choice">
      <summary>Axes ({axes.length})</summary>
      <fieldset className="choices">
        <legend className="hidden">Axes</legend>
        {names.map((name) => (
          <label key={name}>
            <input
              type="checkbox"
              checked={axes.includes(name)}
              disabled={!axes.includes(name) && axes.length >= 12}
              onChange={({ target }) => setAxes(target.checked ? [...axes, name] : axes.filter((one) => one !== name))}
            />{' '}
            {name}
          </label>
        ))}
      </fieldset>
    </details>
  );
}

/** Runs as points over two of their values, coloured by a third. */
export function CompareScatter({ runs }: { runs: readonly Run[] }) {
  const names = useMemo(() => axisNames(runs), [runs]);
  const [first, second] = tellingAxes(runs, { params: 1, metrics: 2 });
  const [x, setX] = useState(first ?? names[0] ?? '');
  const [y, setY] = useState(second ?? names[1] ?? names[0] ?? '');
  const [colour, setColour] = useState('');
  if (names.length === 0) return <p className="empty">These runs have neither metrics nor parameters.</p>;
  const points = runs.map((run) => ({
    id: run.id,
    label: run.name,
    href: `/runs/${run.id}`,
    x: axisValue(run, x),
    y: axisValue(run, y),
    colour: colour === '' ? null : axisValue(run, colour),
  }));
  return (
    <>
      <div className="filters">
        <NameChoice label="Across" names={names} value={x} set={setX} />
        <NameChoice label="Up" names={names} value={y} set={setY} />
        <NameChoice label="Colour" names={['', ...names]} value={colour} set={setColour} />
      </div>
      <Scatter title={`${y} over ${x}`} points={points} names={{ x, y, colour: colour || undefined }} />
      <p className="quiet">
        {y} over {x}
        {colour && `, coloured by ${colour}: blue is low, orange is high`}. Each point leads to its run.
      </p>
    </>
  );
}

interface NameProps {
  label: string;
  names: readonly string[];
  value: string;
  set: (name: string) => void;
}

function NameChoice({ label, names, value, set }: NameProps) {
  return (
    <label>
      {label}{' '}
      <select value={value} onChange={({ target }) => set(target.value)}>
        {names.map((name) => (
          <option key={name} value={name}>
            {name || 'none'}
          </option>
        ))}
      </select>
    </label>
  );
}
