import { type LabelledRows, numberOfLabel } from '../log/labels-since.ts';
import type { RowSource, Strided } from '../log/log-sources.ts';
import type { UnreadRows } from '../log/rows-since.ts';
import { type JudgedRequest, type JudgedRow, joinRequests, type LabelledRow } from './judge-case.ts';
import { type LabelledAnswer, mostProbable } from './quality-fold.ts';

/** Whose rollout it is. */
export interface Versions {
  candidate: number;
  champion: number | null;
}

/** Rows of the log as requests of the two arms, in the order they were logged, shadows behind the replies of their moment. */
export function judgedRequests(unread: readonly UnreadRows[], versions: Versions, loggedFrom: number): JudgedRequest[] {
  const requests: JudgedRequest[] = [];
  for (const { source, from, to } of unread) {
    for (const request of joinRequests(rowsOf(source, { from, to, versions, loggedFrom }), mostProbable)) {
      requests.push(request);
    }
  }
  return requests.sort(byTime);
}

/** One order for all readings of the same rows, whichever sources they come from. */
function byTime(a: JudgedRequest, b: JudgedRequest): number {
  if (a.loggedAt !== b.loggedAt) return a.loggedAt - b.loggedAt;
  if (a.shadow !== b.shadow) return a.shadow ? 1 : -1;
  if (a.candidate !== b.candidate) return a.candidate ? 1 : -1;
  return a.id < b.id ? -1 : a.id > b.id ? 1 : 0;
}

interface Stretch {
  from: number;
  to: number;
  versions: Versions;
  loggedFrom: number;
}

function* rowsOf(source: RowSource, { from, to, versions, loggedFrom }: Stretch): Generator<JudgedRow> {
  const candidate = source.source.version === versions.candidate;
  const cells = cellsOf(source);
  for (let row = from; row < to; row++) {
    const loggedAt = source.loggedAt[row]!;
    if (loggedAt < loggedFrom) continue;
    const code = source.code[row]!;
    const probabilities = probabilitiesAt(cells, row);
    yield {
      predictionId: source.predictionId(row),
      candidate,
      shadow: source.shadow(row),
      loggedAt,
      propensity: source.propensity[row]!,
      latencyMs: source.latencyMs[row]!,
      code,
      nonFinite: code < 400 && cells.outputs.some((output) => !Number.isFinite(cellAt(output, row))),
      score: scoreAt(cells, row, probabilities),
      ...(probabilities && { probabilities }),
      label: Number.NaN,
      labelledAt: Number.NaN,
    };
  }
}

interface Cells {
  score: Strided | undefined;
  probabilities: (Strided | undefined)[];
  outputs: Strided[];
}

function cellsOf(source: RowSource): Cells {
  const { score, probabilities, outputs } = source.source;
  return {
    score: score === null ? undefined : source.column('output', score),
    probabilities: probabilities.map((name) => source.column('output', name)),
    outputs: outputs.numbers.map((name) => source.column('output', name)).filter((column) => column !== undefined),
  };
}

function cellAt({ values, stride, offset }: Strided, row: number): number {
  return values[row * stride + offset] as number;
}

function probabilitiesAt({ probabilities }: Cells, row: number): number[] | undefined {
  const values: number[] = [];
  for (const column of probabilities) {
    const value = column ? cellAt(column, row) : Number.NaN;
    if (!Number.isNaN(value)) values.push(value);
  }
  return values.length > 1 ? values : undefined;
}

/** The score of a row: of many classes, the probability of the most probable. */
function scoreAt({ score }: Cells, row: number, probabilities: readonly number[] | undefined): number {
  if (probabilities && probabilities.length > 2) return Math.max(...probabilities);
  const value = score ? cellAt(score, row) : Number.NaN;
  return typeof value === 'number' ? value : Number.NaN;
}

/** A label with the reply it is about and the candidate's shadow of it; undefined where the rollout never saw the reply. */
export function labelledAnswer(
  { label, rows }: LabelledRows,
  versions: Versions,
  loggedFrom: number,
): LabelledAnswer | undefined {
  let live: LabelledRow | undefined;
  let shadow: LabelledRow | undefined;
  for (const { source, row } of rows) {
    const stretch = { from: row, to: row + 1, versions, loggedFrom };
    for (const judged of rowsOf(source, stretch)) {
      const { text, number } = numberOfLabel(label, source);
      const at = source.source.classes?.indexOf(text) ?? -1;
      const labelled = { ...judged, label: judged.probabilities && at >= 0 ? at : number };
      if (!judged.shadow) live = labelled;
      else if (judged.candidate) shadow = labelled;
    }
  }
  return live && { live, shadow };
}
