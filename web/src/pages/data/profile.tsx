import { type Schemas, useApi } from '../../api.ts';
import { Histogram, Meter } from '../../components/bars.tsx';
import { formatCell, formatCount, formatNumber } from '../../components/format.ts';
import { Loaded } from '../../components/loaded.tsx';

type Column = Schemas['ColumnProfile'];

/** Every column of a version as a small picture: its shape, its nulls, its quantiles or its most frequent values. */
export function Profile({ name, version }: { name: string; version: string }) {
  const profile = useApi('/api/v1/datasets/{name}/versions/{version}/profile', { name, version });
  return (
    <Loaded query={profile}>
      {({ rows, columns }) => (
        <div className="profile">
          {columns.map((column) => (
            <ColumnCard key={column.name} column={column} rows={rows} />
          ))}
        </div>
      )}
    </Loaded>
  );
}

function ColumnCard({ column, rows }: { column: Column; rows: number }) {
  const { name, type, histogram, nulls, distinct } = column;
  return (
    <section className="card column" aria-label={`Column ${name}`}>
      <h3>
        {name} <span className="quiet">{type.toLowerCase()}</span>
      </h3>
      {histogram ? (
        <>
          <Histogram counts={histogram.counts} edges={histogram.edges} label={`How the values of ${name} are spread`} />
          <div className="ends">
            <span>{formatNumber(histogram.edges[0])}</span>
            <span>{formatNumber(histogram.edges.at(-1))}</span>
          </div>
          <Quantiles column={column} />
        </>
      ) : (
        <TopValues column={column} rows={rows} />
      )}
      <p className="column-foot">
        <span>{formatCount(distinct)} distinct</span>
        <span className={nulls > 0 ? 'has-nulls' : undefined}>{formatCount(nulls)} nulls</span>
        {column.mean !== undefined && column.mean !== null && (
          <span>
            mean {formatNumber(column.mean)} ± {formatNumber(column.sd)}
          </span>
        )}
        {column.kind === 'time' && (
          <span>
            {formatCell(column.min)} – {formatCell(column.max)}
          </span>
        )}
      </p>
    </section>
  );
}

/** The box between the quartiles on the line from the 1st to the 99th percentile, the median marked. */
function Quantiles({ column: { quantiles, histogram, name } }: { column: Column }) {
  if (!quantiles || !histogram) return null;
  const [low, high] = [histogram.edges[0]!, histogram.edges.at(-1)!];
  const place = (value: number | undefined) =>
    high > low && value !== undefined ? ((value - low) / (high - low)) * 100 : 0;
  const [q1, median, q3] = ['0.25', '0.5', '0.75'].map((p) => quantiles[p]);
  const label = `Quartiles of ${name}: ${[q1, median, q3].map(formatNumber).join(', ')}`;
  return (
    <svg className="box" viewBox="0 0 100 8" preserveAspectRatio="none" role="img" aria-label={label}>
      <title>{label}</title>
      <path className="box-line" d="M0 4H100" />
      <rect x={place(q1)} y="1.5" width={Math.max(place(q3) - place(q1), 0.5)} height="5" />
      <path className="box-median" d={`M${place(median)} 0V8`} />
    </svg>
  );
}

function TopValues({ column: { top, name }, rows }: { column: Column; rows: number }) {
  if (!top || top.length === 0) return <p className="quiet">No values to show.</p>;
  return (
    <ul className="top-values" aria-label={`Most frequent values of ${name}`}>
      {top.slice(0, 6).map(({ value, count }) => (
        <li key={formatCell(value)}>
          <span className="top-value" title={formatCell(value)}>
            {formatCell(value)}
          </span>
          <Meter part={count} of={rows} label={`of rows: ${formatCount(count)}`} />
        </li>
      ))}
    </ul>
  );
}
