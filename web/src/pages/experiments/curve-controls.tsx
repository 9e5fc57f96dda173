import { useId } from 'react';
import type { XAxis } from '../../components/plot/series.ts';

/** How curves are drawn. */
export interface CurveSettings {
  smoothing: number;
  axis: XAxis;
  log: boolean;
  /** A part of the names of the metrics to draw. */
  sought: string;
}

interface Props {
  settings: CurveSettings;
  set: (settings: CurveSettings) => void;
  /** Whether there are more metrics than are drawn at once. */
  isMany: boolean;
}

/** Smoothing, axis and scale of curves, and which metrics. */
export function CurveControls({ settings, set, isMany }: Props) {
  const slider = useId();
  return (
    <div className="filters curve-controls">
      {(isMany || settings.sought !== '') && (
        <label>
          Find metrics
          <input
            type="search"
            value={settings.sought}
            onChange={({ target }) => set({ ...settings, sought: target.value })}
          />
        </label>
      )}
      <span className="plot-control">
        <label htmlFor={slider}>Smoothing</label>
        <input
          id={slider}
          type="range"
          min={0}
          max={0.99}
          step={0.01}
          value={settings.smoothing}
          onChange={({ target }) => set({ ...settings, smoothing: Number(target.value) })}
        />
        <output htmlFor={slider}>{settings.smoothing === 0 ? 'none' : settings.smoothing.toFixed(2)}</output>
      </span>
      <label className="plot-control">
        Over
        <select value={settings.axis} onChange={({ target }) => set({ ...settings, axis: target.value as XAxis })}>
          <option value="step">steps</option>
          <option value="relative">time since start</option>
          <option value="wall">clock time</option>
        </select>
      </label>
      <label className="plot-control">
        <input
          type="checkbox"
          checked={settings.log}
          onChange={({ target }) => set({ ...settings, log: target.checked })}
        />
        Logarithmic
      </label>
    </div>
  );
}
