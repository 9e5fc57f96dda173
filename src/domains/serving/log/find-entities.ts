import { numbersOf, parquetScan } from '../../../engine/index.ts';
import type { ServingDeps } from '../deps.ts';
import type { KnownPrediction } from './find-predictions.ts';
import { type LogChunk, predictionIdOf } from './log-chunk.ts';
import { createSegmentStore } from './segment-store.ts';

/** Whose prediction is looked for: the latest about an entity (as the log has it) from `from` up to `at`, both included. */
export interface AskedEntity {
  entity: string;
  from: number;
  at: number;
}

/** A prediction found, with what decides between several: the later event time, then the later logging, then the larger id. */
type Candidate = KnownPrediction & { loggedAt: number };

/**
 * The prediction that each question means, in their order; undefined where there is none. Those of shadows and those that
 * failed are passed over.
 */
export async function findByEntity(
  deps: ServingDeps,
  endpoint: string,
  asked: readonly AskedEntity[],
): Promise<(KnownPrediction | undefined)[]> {
  const found: (Candidate | undefined)[] = asked.map(() => undefined);
  if (asked.length === 0) return found;
  const take = (place: number, candidate: Candidate) => {
    const before = found[place];
    if (!before || isLater(candidate, before)) found[place] = candidate;
  };
  const recent = await deps.log.recent();
  const chunks = recent.chunks.filter(({ source }) => source.endpoint === endpoint && !source.shadow);
  findInChunks(chunks, asked, take);
  const from = asked.reduce((least, one) => Math.min(least, one.from), Number.POSITIVE_INFINITY);
  const to = asked.reduce((most, one) => Math.max(most, one.at), Number.NEGATIVE_INFINITY);
  const segments = await createSegmentStore(deps.database.query).segments({ endpoint, from, to: to + 1 });
  const named = segments.filter(({ file, source }) => source.entity !== undefined && !recent.files.has(file));
  if (named.length > 0) {
    const paths = await Promise.all(named.map((segment) => deps.blobs.localPath(segment.digest)));
    await findInParquet(deps, { endpoint, paths, asked }, take);
  }
  return found.map((one) => one && { id: one.id, endpoint, at: one.at });
}

function isLater(a: Candidate, b: Candidate): boolean {
  if (a.at !== b.at) return a.at > b.at;
  return a.loggedAt === b.loggedAt ? a.id > b.id : a.loggedAt > b.loggedAt;
}

type Take = (place: number, candidate: Candidate) => void;

function findInChunks(chunks: readonly LogChunk[], asked: readonly AskedEntity[], take: Take): void {
  const places = new Map<string, number[]>();
  asked.forEach(({ entity }, place) => {
    const list = places.get(entity);
    if (list) list.push(place);
    else places.set(entity, [place]);
  });
  for (const chunk of chunks) {
    for (let row = 0; row < chunk.rows; row++) {
      const entity = chunk.entities?.[row];
      const list = entity == null ? undefined : places.get(entity);
      if (!list || chunk.code[row]! >= 400) continue;
      const at = chunk.at[row]!;
      const { endpoint } = chunk.source;
      for (const place of list) {
        if (at > asked[place]!.at || at < asked[place]!.from) continue;
        take(place, { id: predictionIdOf(chunk, row), endpoint, at, loggedAt: chunk.loggedAt[row]! });
      }
    }
  }
}

async function findInParquet(
  { engine }: ServingDeps,
  { endpoint, paths, asked }: { endpoint: string; paths: string[]; asked: readonly AskedEntity[] },
  take: Take,
): Promise<void> {
  const lines = (pick: (one: AskedEntity) => string | number) => asked.map(pick).join('\n');
  const list = (parameter: number) => `unnest(string_split($${parameter}, chr(10)))`;
  const found = await engine.columns(
    `WITH asked AS (SELECT ${list(1)}::INTEGER AS place, ${list(2)} AS entity,
       epoch_ms(${list(3)}::BIGINT) AS since, epoch_ms(${list(4)}::BIGINT) AS until)
     SELECT place::DOUBLE AS place, log.prediction_id AS id, epoch_ms(log."at")::DOUBLE AS "at",
       epoch_ms(log.logged_at)::DOUBLE AS logged_at
     FROM (SELECT entity, "at", logged_at, prediction_id FROM ${parquetScan(paths)} WHERE NOT shadow AND code < 400) log
     JOIN asked ON log.entity = asked.entity AND log."at" BETWEEN asked.since AND asked.until
     QUALIFY row_number() OVER (PARTITION BY place ORDER BY log."at" DESC, log.logged_at DESC, id DESC) = 1`,
    [
      asked.map((_, place) => place).join('\n'),
      lines((one) => one.entity),
      lines((one) => Math.ceil(one.from)),
      lines((one) => Math.floor(one.at)),
    ],
  );
  const ids = found.column('id').values as string[];
  const [places, times, logged] = ['place', 'at', 'logged_at'].map((name) => numbersOf(found.column(name)));
  ids.forEach((id, row) => {
    take(places![row]!, { id, endpoint, at: times![row]!, loggedAt: logged![row]! });
  });
}
