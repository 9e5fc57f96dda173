import type { StoredLabel } from '../log/label-store.ts';
import type { RowSource } from '../log/log-sources.ts';
import type { EndpointExperimentSpec } from './experiment-schema.ts';
import { bucketOfValue } from './maths/quantile-sequence.ts';
import { createValueReader, type ValueReader } from './row-value.ts';
import { type ArmTotals, addValue, noTotals, type PairTotals, type Totals } from './totals.ts';

/** An arm as requests were dealt to it. */
export interface DealtArm {
  name: string;
  version: number;
  /** Its fixed share of the traffic, 0 to 1; undefined where shares move or nothing is dealt. */
  share: number | undefined;
}

/** Which rows of the log count, and how. */
export interface Folding {
  spec: Pick<EndpointExperimentSpec, 'kind' | 'metric' | 'labelWindowMs' | 'unlabelled'>;
  arms: readonly DealtArm[];
  /** Wall-clock time of the beginning, ms UTC. */
  startedAt: number;
  now: number;
}

/** One request while its rows are gathered. */
interface Gathered {
  arm: ArmTotals;
  rows: number;
  code: number;
  latencyMs: number;
  propensity: number;
  isNonFinite: boolean;
  values: number;
  sum: number;
}

/** Rows of one arm, and how its columns are read. */
interface Reading {
  source: RowSource;
  reader: ValueReader;
  name: string;
}

/** Sums rows of one part of the log; labels are by prediction id. */
export function foldRows(
  sources: readonly RowSource[],
  labels: ReadonlyMap<string, StoredLabel>,
  folding: Folding,
): Totals {
  const totals = noTotals(folding.arms.map((arm) => arm.name));
  const requests = new Map<string, Gathered>();
  const shadows: { reading: Reading; row: number }[] = [];
  const answered = new Map<string, { reading: Reading; row: number }>();
  const isShadowKind = folding.spec.kind === 'shadow';
  for (const source of sources) {
    const reader = createValueReader(source, folding.spec.metric);
    for (let row = 0; row < source.rows; row++) {
      const arm = armOf(source, row, folding);
      if (!arm) continue;
      const place = { reading: { source, reader, name: arm.name }, row };
      if (isShadowKind && source.shadow(row)) shadows.push(place);
      else if (isShadowKind) answered.set(source.predictionId(row), place);
      const label = labelOf(source, row, { labels, folding });
      gather(requests, { place, label, totals: totals.arms[arm.name]!, arm, folding });
    }
  }
  for (const request of requests.values()) count(request);
  for (const { reading, row } of shadows) {
    const twin = answered.get(reading.source.predictionId(row));
    pair(totals.pairs[reading.name]!, { reading, row }, { twin, labels, folding });
  }
  return totals;
}

/** The arm a row belongs to; undefined where it is none of the experiment's. */
function armOf(source: RowSource, row: number, { arms, spec, startedAt }: Folding): DealtArm | undefined {
  if (source.loggedAt[row]! < startedAt) return undefined;
  const name = source.variant(row);
  const arm = arms.find((one) => one.name === name && one.version === source.source.version);
  if (!arm) return undefined;
  // In the shadow kind the champion answers callers, and the challengers only unseen.
  return source.shadow(row) === (spec.kind === 'shadow' && arm !== arms[0]) ? arm : undefined;
}

/**
 * What is known of a row's truth: its label in time, `zero` where the time for one is over, or nothing. Where no label is worth
 * 0, a label counts no sooner than its absence would: until then only rows that earned something would be known.
 */
function labelOf(
  source: RowSource,
  row: number,
  { labels, folding }: { labels: ReadonlyMap<string, StoredLabel>; folding: Folding },
): StoredLabel | 'zero' | undefined {
  const { labelWindowMs, unlabelled } = folding.spec;
  const label = labels.size === 0 ? undefined : labels.get(source.predictionId(row));
  if (labelWindowMs === undefined) return label;
  if (unlabelled === 'zero' && folding.now - source.loggedAt[row]! <= labelWindowMs) return undefined;
  if (label && label.labelledAt - source.at[row]! <= labelWindowMs) return label;
  return unlabelled === 'zero' ? 'zero' : undefined;
}

interface Found {
  place: { reading: Reading; row: number };
  label: StoredLabel | 'zero' | undefined;
  totals: ArmTotals;
  arm: DealtArm;
  folding: Folding;
}

function gather(requests: Map<string, Gathered>, { place, label, totals, arm, folding }: Found): void {
  const { source, reader } = place.reading;
  const { row } = place;
  const id = source.predictionId(row);
  const key = `${arm.name} ${id.slice(0, id.lastIndexOf('.'))}`;
  let request = requests.get(key);
  if (!request) {
    const propensity = propensityOf(source, row, { arm, folding });
    const common = { code: source.code[row]!, latencyMs: source.latencyMs[row]!, propensity };
    request = { arm: totals, rows: 0, ...common, isNonFinite: false, values: 0, sum: 0 };
    requests.set(key, request);
  }
  request.rows++;
  if (request.code >= 400) return;
  request.isNonFinite ||= reader.isNonFinite(row);
  const value = label === 'zero' ? 0 : reader.value(row, label);
  if (!Number.isFinite(value)) return;
  request.values++;
  request.sum += value;
}

/** The chance by which a row was dealt to its arm; NaN where the caller asked for it or it was dealt by other shares. */
function propensityOf(source: RowSource, row: number, { arm, folding }: { arm: DealtArm; folding: Folding }): number {
  if (folding.spec.kind === 'shadow') return 1;
  const propensity = source.propensity[row]!;
  if (propensity >= 1 || propensity <= 0) return Number.NaN;
  return arm.share === undefined || Math.abs(propensity - arm.share) < 1e-6 ? propensity : Number.NaN;
}

function count({ arm, rows, code, latencyMs, propensity, isNonFinite, values, sum }: Gathered): void {
  if (Number.isNaN(propensity)) {
    arm.asked++;
    return;
  }
  arm.requests++;
  arm.rows += rows;
  if (code >= 500) arm.errors++;
  else if (code >= 400 || isNonFinite) arm.invalid++;
  const bucket = bucketOfValue(latencyMs);
  arm.latency[bucket] = (arm.latency[bucket] ?? 0) + 1;
  if (values > 0) addValue(arm, sum / values, propensity);
}

const sameNumber = 1e-6;

interface Twins {
  twin: { reading: Reading; row: number } | undefined;
  labels: ReadonlyMap<string, StoredLabel>;
  folding: Folding;
}

/** Compares a challenger's row with the champion's of the same prediction. */
function pair(sums: PairTotals, mine: { reading: Reading; row: number }, { twin, labels, folding }: Twins): void {
  const { source, reader } = mine.reading;
  if (!twin || twin.reading.source.code[twin.row]! >= 400 || source.code[mine.row]! >= 400) {
    sums.unpaired++;
    return;
  }
  const theirs = twin.reading.reader;
  sums.pairs++;
  const delta = Math.abs(reader.score(mine.row) - theirs.score(twin.row));
  if (Number.isFinite(delta)) {
    sums.scored++;
    sums.delta += delta;
  }
  const answers = [reader.answer(mine.row), theirs.answer(twin.row)];
  if (answers[0] === undefined ? delta <= sameNumber : answers[0] === answers[1]) sums.agreed++;
  const label = labelOf(source, mine.row, { labels, folding });
  if (label === 'zero') return;
  const difference = reader.value(mine.row, label) - theirs.value(twin.row, label);
  if (!Number.isFinite(difference)) return;
  sums.n++;
  sums.sum += difference;
  sums.squares += difference * difference;
}
