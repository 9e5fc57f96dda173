import type { Schemas } from '../../api.ts';
import { Histogram, type Slice, SplitBar } from '../../components/bars.tsx';
import { Card, Figure } from '../../components/card.tsx';
import { Chart } from '../../components/chart.tsx';
import { formatCount, formatNumber, formatShare } from '../../components/format.ts';
import { State } from '../../components/state.tsx';
import { Table } from '../../components/table.tsx';

type Variant = Schemas['Variant'];
type Stats = Schemas['EndpointStats'];

const tones: Record<string, string> = { champion: 'accent', candidate: 'warn', previous: 'calm' };
const formatMs = (value: number | null) => (value === null ? '–' : `${formatNumber(value)} ms`);

/** Live variants as parts of the traffic. */
export function slicesOf(variants: readonly Variant[]): Slice[] {
  return variants
    .filter(({ role }) => role === 'live')
    .map(({ name, version, weight }) => ({
      name: `${name} v${version}`,
      share: weight / 10_000,
      tone: tones[name] ?? 'busy',
    }));
}

/** Who answers: the split, and who answers unseen or waits warm. */
export function Traffic({ variants }: { variants: readonly Variant[] }) {
  const aside = variants.filter(({ role }) => role !== 'live');
  return (
    <Card title="Traffic">
      {variants.length === 0 ? (
        <p className="empty">No version answers yet.</p>
      ) : (
        <SplitBar label="Traffic" slices={slicesOf(variants)} />
      )}
      {aside.length > 0 && (
        <ul className="plain">
          {aside.map(({ name, role, model, version }) => (
            <li key={name}>
              <State value={role === 'shadow' ? 'shadow' : 'standby'} /> {name}: {model} v{version}{' '}
              <span className="quiet">
                {role === 'shadow' ? 'answers every request, unseen' : 'warm, takes over at once'}
              </span>
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}

/** Requests, errors and latency of the last minutes. */
export function Figures({ stats }: { stats: Stats }) {
  const seen = stats.variants.filter(({ shadow }) => !shadow);
  const sum = (key: 'requests' | 'rows' | 'errors' | 'refused') => seen.reduce((total, one) => total + one[key], 0);
  const perSecond = seen.reduce((total, one) => total + one.requestsPerSecond, 0);
  const requests = sum('requests');
  return (
    <Card title={`Last ${stats.minutes} minutes`} wide>
      <div className="figures">
        <Figure label="requests" value={formatCount(requests)} note={`${formatNumber(perSecond)} a second`} />
        <Figure label="rows" value={formatCount(sum('rows'))} />
        <Figure
          label="errors"
          value={formatCount(sum('errors'))}
          note={requests > 0 ? formatShare(sum('errors') / requests) : undefined}
        />
        <Figure label="refused" value={formatCount(sum('refused'))} note="broke the signature" />
        <Figure
          label="queued rows"
          value={formatCount(stats.queuedRows)}
          note={`load for ${formatNumber(stats.wantedReplicas)} replicas`}
        />
      </div>
      {requests === 0 ? (
        <p className="empty">
          Nobody asked in the last {stats.minutes} minutes. <code>POST /api/v1/endpoints/{stats.endpoint}/predict</code>{' '}
          does.
        </p>
      ) : (
        <div className="grid charts">
          <Requests stats={stats} />
          <Latency stats={stats} />
          <Waiting stats={stats} />
          <Batches stats={stats} />
        </div>
      )}
      <PerVariant stats={stats} />
    </Card>
  );
}

/** One axis of time for all variants, and a variant's values on it. */
function alongTime(stats: Stats) {
  const times = [...new Set(stats.variants.flatMap(({ series }) => series.map(({ at }) => Date.parse(at))))].sort(
    (a, b) => a - b,
  );
  const on = <T,>(variant: Stats['variants'][number], pick: (point: (typeof variant.series)[number]) => T) => {
    const byTime = new Map(variant.series.map((point) => [Date.parse(point.at), pick(point)]));
    return times.map((at) => byTime.get(at) ?? null);
  };
  return { times, on };
}

function Requests({ stats }: { stats: Stats }) {
  const { times, on } = alongTime(stats);
  const failed = stats.variants.reduce<(number | null)[]>(
    (total, variant) => on(variant, ({ errors }) => errors).map((errors, i) => (errors ?? 0) + (total[i] ?? 0)),
    [],
  );
  const lines = stats.variants.map((variant) => ({
    label: `${variant.variant} v${variant.version}${variant.shadow ? ' (shadow)' : ''}`,
    values: on(variant, ({ requests }) => requests).map((requests) => requests ?? 0),
    dashed: variant.shadow,
    area: true,
  }));
  return (
    <section>
      <h3>Requests in ten seconds</h3>
      <Chart
        title="Requests over time"
        x={times}
        lines={[...lines, { label: 'errors', values: failed, colour: '--bad' }]}
        format={formatCount}
      />
    </section>
  );
}

const percentiles = { p50Ms: 'median', p95Ms: '95 %', p99Ms: '99 %' } as const;

function Latency({ stats }: { stats: Stats }) {
  const { times, on } = alongTime(stats);
  const lines = stats.variants.flatMap((variant) =>
    (Object.keys(percentiles) as (keyof typeof percentiles)[]).map((key) => ({
      label: `${variant.variant} v${variant.version}, ${percentiles[key]}`,
      values: on(variant, (point) => point[key]),
      dashed: variant.shadow,
    })),
  );
  return (
    <section>
      <h3>Latency in milliseconds</h3>
      <Chart title="Latency percentiles over time" x={times} lines={lines} format={formatNumber} />
    </section>
  );
}

/** Where the time goes: waiting for the model, and the model itself. */
function Waiting({ stats }: { stats: Stats }) {
  const { times, on } = alongTime(stats);
  const lines = stats.variants.flatMap((variant) => [
    { label: `${variant.variant} waits`, values: on(variant, ({ queueP95Ms }) => queueP95Ms), dashed: true },
    { label: `${variant.variant} computes`, values: on(variant, ({ computeP95Ms }) => computeP95Ms) },
  ]);
  return (
    <section>
      <h3>Queue and model, 95 % in milliseconds</h3>
      <Chart title="Time in the queue and in the model over time" x={times} lines={lines} format={formatNumber} />
    </section>
  );
}

/** How many rows the merged runs of the model had. */
function Batches({ stats }: { stats: Stats }) {
  const [first] = stats.variants;
  const sizes = first?.batches.map(({ upToRows }) => upToRows) ?? [];
  const counts = sizes.map((_, i) => stats.variants.reduce((sum, { batches }) => sum + (batches[i]?.runs ?? 0), 0));
  const last = counts.findLastIndex((count) => count > 0);
  if (last < 0) return null;
  const shown = counts.slice(0, last + 1);
  const total = shown.reduce((sum, count) => sum + count, 0);
  return (
    <section>
      <h3>Rows of a run of the model</h3>
      <Histogram
        counts={shown}
        edges={[0, ...sizes.slice(0, last + 1).map((size) => size ?? Number.NaN)]}
        label={`${formatCount(total)} runs by their rows`}
      />
      <p className="quiet">
        {shown
          .map((count, i) => ({ count, size: sizes[i] }))
          .filter(({ count }) => count > 0)
          .map(({ count, size }) => `${size === null ? 'more' : `up to ${size}`}: ${formatShare(count / total)}`)
          .join(' · ')}
      </p>
    </section>
  );
}

function PerVariant({ stats }: { stats: Stats }) {
  if (stats.variants.length === 0) return null;
  return (
    <Table
      caption="Traffic by variant"
      rows={stats.variants}
      keyOf={({ variant, version }) => `${variant} ${version}`}
      columns={[
        {
          title: 'Variant',
          show: ({ variant, version, shadow }) => `${variant} v${version}${shadow ? ' (shadow)' : ''}`,
        },
        { title: 'Requests', numeric: true, show: ({ requests }) => formatCount(requests) },
        { title: 'Errors', numeric: true, show: ({ errors }) => formatCount(errors) },
        { title: 'Answers', show: ({ codes }) => codes.map(({ code, requests }) => `${code}: ${requests}`).join(', ') },
        { title: 'Asked over', show: ({ protocols }) => protocols.map(({ protocol }) => protocol).join(', ') },
        { title: 'Median', numeric: true, show: ({ p50Ms }) => formatMs(p50Ms) },
        { title: '95 %', numeric: true, show: ({ p95Ms }) => formatMs(p95Ms) },
        { title: '99 %', numeric: true, show: ({ p99Ms }) => formatMs(p99Ms) },
      ]}
    />
  );
}
