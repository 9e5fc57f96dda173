import type { Readable } from 'node:stream';
import type { Actor } from '../../../kernel/actor.ts';
import type { ServingDeps } from '../deps.ts';
import { announce, checkItem, newCounts, takeItems } from './feedback.ts';
import { type Entities, readEntities } from './feedback-entities.ts';
import { readCsv, readJsonLines } from './feedback-lines.ts';
import { createQuarantine, type FeedbackQuarantine } from './feedback-quarantine.ts';
import type { FeedbackItem, FeedbackResult, InvalidFeedback } from './feedback-schema.ts';

/** Feedback as a stream of rows. */
export interface FeedbackLoad {
  form: 'csv' | 'ndjson';
  stream: Readable;
  /** Of entities that name none. */
  endpoint?: string | undefined;
}

const rowsAtOnce = 5000;
const shown = 1000;

/**
 * Takes a load of any length with the memory of some thousand rows. A row that is wrong or unknown does not hold up the others: it
 * is told back with its line and put apart with its reason. What was taken before a load breaks off stays taken.
 */
export async function loadFeedback(deps: ServingDeps, actor: Actor, load: FeedbackLoad): Promise<FeedbackResult> {
  const counts = newCounts();
  const entities = readEntities(deps, load.endpoint);
  const quarantine = createQuarantine(deps, load.endpoint);
  const invalid: NonNullable<FeedbackResult['invalid']> = [];
  let invalidCount = 0;
  let group: FeedbackItem[] = [];
  const refuse = async ({ given, ...wrong }: InvalidFeedback) => {
    invalidCount++;
    if (invalid.length < shown) invalid.push(wrong);
    await putApart({ quarantine, entities }, { ...wrong, given });
  };
  const takeGroup = async () => {
    const items = group;
    group = [];
    for (const { item, ...place } of await takeItems(deps, { items, entities }, counts)) {
      await putApart({ quarantine, entities }, { ...place, message: 'Nobody knows the prediction.', given: item });
    }
  };
  try {
    for await (const row of load.form === 'csv' ? readCsv(load.stream) : readJsonLines(load.stream)) {
      const wrong = 'message' in row ? row : await checkItem(deps, { actor, entities }, row);
      if (wrong) await refuse('item' in row ? { ...wrong, given: row.item } : wrong);
      else group.push(row as FeedbackItem);
      if (group.length >= rowsAtOnce) await takeGroup();
    }
    await takeGroup();
    const kept = await quarantine.keep();
    const { accepted, changed, unknown, unknownCount } = counts;
    const told = { accepted, changed, unknown, unknownCount, invalid, invalidCount };
    return { ...told, ...(kept && { quarantine: kept }) };
  } finally {
    await quarantine.end();
    await announce(deps, actor, counts);
  }
}

const fields = ['predictionId', 'endpoint', 'label', 'reward', 'values', 'at'] as const;

/** Writes a row with its reason; an entity as the log may hold it, and nothing of fields that nobody knows. */
async function putApart(
  { quarantine, entities }: { quarantine: FeedbackQuarantine; entities: Entities },
  { given = {}, line, row, message, field }: InvalidFeedback,
): Promise<void> {
  const kept: Record<string, unknown> = {};
  for (const name of fields) if (given[name] !== undefined) kept[name] = given[name];
  const entity = given.entity === undefined ? undefined : await entities.shown(given);
  const reason = field === undefined ? message : `${field}: ${message}`;
  await quarantine.add({ ...kept, ...(entity !== undefined && { entity }), _line: line ?? row, _reason: reason });
}
