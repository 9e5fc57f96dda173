import type { Series } from '../../components/plot/series.ts';
import { numberText } from './columns.ts';

/** Metrics that were logged once, as a bar for each run: least to greatest of them from nothing to full. */
export function ScalarBars({ series, title }: { series: readonly Series[]; title: string }) {
  const values = series.map(({ ys }) => ys.at(-1) ?? Number.NaN);
  const finite = values.filter(Number.isFinite);
  const [low, high] = [Math.min(0, ...finite), Math.max(0, ...finite)];
  const share = (value: number) => (Number.isFinite(value) && high > low ? (value - low) / (high - low) : 0);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section className="scalar-bars" aria-label={title} tabIndex={0}>
      <ul>
        {series.map(({ id, label, colour }, i) => (
          <li key={id} className={`plot-tone-${colour % 10}`}>
            <span className="scalar-name" title={label}>
              {label}
            </span>
            <span className="scalar-track" aria-hidden="true">
              <span style={{ width: `${share(values[i]!) * 100}%` }} />
            </span>
            <b title={String(values[i])}>{numberText(values[i]!)}</b>
          </li>
        ))}
      </ul>
    </section>
  );
}
