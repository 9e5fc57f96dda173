import { formatCount, formatNumber, formatShare } from './format.ts';

interface HistogramProps {
  counts: readonly number[];
  /** One more than counts. */
  edges?: readonly number[];
  /** A second set of counts, drawn as an outline over the first, both as shares. */
  over?: readonly number[];
  label: string;
}

/** Counts as bars, without axes: the shape is what matters. */
export function Histogram({ counts, edges, over, label }: HistogramProps) {
  const [first, second] = [asShares(counts), over ? asShares(over) : undefined];
  const highest = Math.max(...first, ...(second ?? [0]), 1e-12);
  const width = 100 / Math.max(counts.length, 1);
  const bars = first.map((share, i) => {
    const range = edges ? `${formatNumber(edges[i])} to ${formatNumber(edges[i + 1])}: ` : '';
    return { x: i * width, height: (share / highest) * 29, says: `${range}${formatCount(counts[i])}` };
  });
  return (
    <svg className="histogram" viewBox="0 0 100 30" preserveAspectRatio="none" role="img" aria-label={label}>
      {bars.map(({ x, height, says }) => (
        <rect key={x} x={x + width * 0.06} y={30 - height} width={width * 0.88} height={height}>
          <title>{says}</title>
        </rect>
      ))}
      {second && (
        <path
          className="outline"
          d={second
            .map((share, i) => `${i === 0 ? 'M' : 'L'}${i * width} ${30 - (share / highest) * 29}h${width}`)
            .join('')}
        />
      )}
    </svg>
  );
}

function asShares(counts: readonly number[]): number[] {
  const total = counts.reduce((sum, count) => sum + count, 0) || 1;
  return counts.map((count) => count / total);
}

/** A part of a whole as a bar, with the share in words. */
export function Meter({
  part,
  of,
  tone = 'accent',
  label,
}: {
  part: number;
  of: number;
  tone?: string;
  label: string;
}) {
  const share = of > 0 ? part / of : 0;
  return (
    <span className="meter" title={label}>
      <span className="meter-track" aria-hidden="true">
        <span className={`meter-fill ${tone}`} style={{ width: `${Math.min(100, share * 100)}%` }} />
      </span>
      <span className="meter-text">
        {formatShare(share)}
        <span className="hidden"> {label}</span>
      </span>
    </span>
  );
}

/** One part of a split bar. */
export interface Slice {
  name: string;
  share: number;
  tone: string;
}

/** A whole split in parts, with a legend. */
export function SplitBar({ slices, label }: { slices: readonly Slice[]; label: string }) {
  return (
    <div
      className="split"
      role="img"
      aria-label={`${label}: ${slices.map(({ name, share }) => `${name} ${formatShare(share)}`).join(', ')}`}
    >
      <div className="split-bar">
        {slices
          .filter(({ share }) => share > 0)
          .map(({ name, share, tone }) => (
            <span
              key={name}
              className={`split-part ${tone}`}
              style={{ flexGrow: share }}
              title={`${name}: ${formatShare(share)}`}
            />
          ))}
      </div>
      <div className="split-legend">
        {slices.map(({ name, share, tone }) => (
          <span key={name}>
            <i className={`split-dot ${tone}`} />
            {name} <strong>{formatShare(share)}</strong>
          </span>
        ))}
      </div>
    </div>
  );
}
