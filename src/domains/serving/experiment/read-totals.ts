import type { ServingDeps } from '../deps.ts';
import { createLabelStore, type StoredLabel } from '../log/label-store.ts';
import { chunkSource, type RowSource, segmentSources } from '../log/log-sources.ts';
import { createSegmentStore, type Segment } from '../log/segment-store.ts';
import { createPartStore, type ExperimentPart, type StoredExperiment } from './experiment-store.ts';
import { type Folding, foldRows } from './fold-rows.ts';
import { addTotals, noTotals, type Totals } from './totals.ts';

/** Clocks of replicas and late commits may differ by so much. */
const slackMs = 3_600_000;
/** How often a file is read again while the windows of its rows pass. */
const turnsOfWindow = 50;

/**
 * Sums the log since an experiment began. Each file of the log is read once, and again only when labels of its rows came or their windows pass; its
 * sums are kept, so that memory never holds more than one file and what has passed its retention still counts.
 */
export async function readTotals(deps: ServingDeps, stored: StoredExperiment, now: number): Promise<Totals> {
  const folding = foldingOf(stored, now);
  // What is in memory first: a file that becomes Parquet meanwhile is known by name and not read twice.
  const recent = await deps.log.recent();
  const totals = noTotals(stored.arms.map((arm) => arm.name));
  const parts = new Map((await createPartStore(deps.database.query).parts(stored.id)).map((one) => [one.file, one]));
  const query = { endpoint: stored.endpoint, loggedFrom: stored.createdAt };
  const segments = await createSegmentStore(deps.database.query).segments(query);
  const files = Map.groupBy(segments, (segment) => segment.file);
  for (const [file, group] of files) {
    if (recent.files.has(file)) continue;
    const part = await readPart(deps, stored, { file, group, before: parts.get(file), folding });
    parts.set(file, part);
    // A long log shares the thread with predictions.
    await new Promise((resolve) => setImmediate(resolve));
  }
  for (const [file, part] of parts) if (!recent.files.has(file)) addTotals(totals, part.totals);
  const chunks = recent.chunks.filter((chunk) => chunk.source.endpoint === stored.endpoint);
  const sources = chunks.map(chunkSource);
  addTotals(totals, foldRows(sources, await labelsOf(deps, stored, sources), folding));
  return totals;
}

function foldingOf({ spec, arms, createdAt }: StoredExperiment, now: number): Folding {
  // A bandit's shares move; those of an A/B test are what every row of it was dealt by.
  const share = (percent: number) => (spec.kind === 'ab' ? percent / 100 : undefined);
  const dealt = arms.map((arm) => ({ name: arm.name, version: arm.version, share: share(arm.share) }));
  return { spec, arms: dealt, startedAt: createdAt, now };
}

interface Wanted {
  file: string;
  group: readonly Segment[];
  before: ExperimentPart | undefined;
  folding: Folding;
}

async function readPart(
  deps: ServingDeps,
  stored: StoredExperiment,
  { file, group, before, folding }: Wanted,
): Promise<ExperimentPart> {
  const { now } = folding;
  if (before && before.closesAt <= (stored.lookedAt ?? 0)) return before;
  // A file of which segments have passed their retention is not read anew: what they held still counts.
  if (before && segmentsOf(before) > group.length) return before;
  const store = createPartStore(deps.database.query);
  const range = {
    from: Math.min(...group.map((segment) => segment.fromAt)),
    to: Math.max(...group.map((segment) => segment.toAt)),
  };
  const loggedTo = Math.max(...group.map((segment) => segment.loggedTo));
  const { labelWindowMs, metric, unlabelled } = stored.spec;
  const isLabelled = metric.kind !== 'output';
  const labels = isLabelled ? await store.fingerprint(stored.endpoint, range) : '';
  // Until the window of all its rows has passed some are yet to count.
  const isOpen = unlabelled === 'zero' && now <= loggedTo + labelWindowMs! + 1;
  const turn = isOpen ? Math.floor((now * turnsOfWindow) / labelWindowMs!) : '';
  const fingerprint = `${group.length} ${labels} ${turn}`;
  if (before?.fingerprint === fingerprint) return before;
  const arms = new Set(stored.arms.map((arm) => arm.version));
  const wanted = group.filter((segment) => arms.has(segment.version));
  const sources = await segmentSources(deps, wanted, { features: [] });
  const totals = foldRows(sources, await labelsOf(deps, stored, sources), folding);
  const never = Number.MAX_SAFE_INTEGER;
  const closesAt = !isLabelled ? 0 : labelWindowMs === undefined ? never : loggedTo + labelWindowMs + slackMs;
  const part = { file, fingerprint, closesAt, totals };
  await store.keep(stored.id, part);
  return part;
}

/** How many segments a part was read from, which its fingerprint begins with. */
function segmentsOf({ fingerprint }: ExperimentPart): number {
  return Number.parseInt(fingerprint, 10);
}

async function labelsOf(
  deps: ServingDeps,
  { endpoint, spec }: StoredExperiment,
  sources: readonly RowSource[],
): Promise<Map<string, StoredLabel>> {
  if (spec.metric.kind === 'output') return new Map();
  let [from, to] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const { at, rows } of sources) {
    for (let row = 0; row < rows; row++) {
      from = Math.min(from, at[row]!);
      to = Math.max(to, at[row]!);
    }
  }
  if (from > to) return new Map();
  const labels = await createLabelStore(deps.database.query).labels(endpoint, { from, to });
  return new Map(labels.map((label) => [label.predictionId, label]));
}
