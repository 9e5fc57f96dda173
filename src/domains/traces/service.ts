import type { Actor } from '../../kernel/actor.ts';
import { fail, notFound } from '../../kernel/errors.ts';
import type { Page } from '../../kernel/page.ts';
import { parseAs } from '../../kernel/parse.ts';
import { type AssessmentPlace, assessmentOf, createAssessment, deleteAssessment, updateAssessment } from './assess.ts';
import { deleteTraces } from './delete-traces.ts';
import { type TracesDeps, traceOf } from './deps.ts';
import { describeTrace, endTrace } from './describe.ts';
import { readTraces } from './read.ts';
import { recordSpans, type SpansPlace } from './record-spans.ts';
import {
  type Assessment,
  type AssessmentChange,
  type NewAssessment,
  type NewTrace,
  type Trace,
  type TraceDeletion,
  type TraceEnd,
  type TraceSearch,
  traceTagsSchema,
} from './schema.ts';
import { countTraces, searchTraces } from './search.ts';
import type { Span, SpanReport } from './span.ts';
import { createTracesStore } from './store.ts';

/** What programs did, step by step, and what people and judges think of it. */
export interface Traces {
  /** What a client says of a trace as a whole. */
  describe(trace: NewTrace): Promise<Trace>;
  /** Ends a trace that was described before it ended. */
  end(id: string, end: TraceEnd): Promise<Trace>;
  /** Spans as they come: in any order, in several parts, more than once. */
  record(place: SpansPlace, reports: readonly SpanReport[]): Promise<void>;
  /** Fails with `not_found`. */
  get(id: string): Promise<Trace>;
  /** Those that are there, in the order asked. */
  find(ids: readonly string[]): Promise<Trace[]>;
  /** The spans of traces, roots first, then by start. */
  spans(ids: readonly string[]): Promise<Map<string, Span[]>>;
  search(search: TraceSearch): Promise<Page<Trace>>;
  /** How many traces fit each of several filters; several texts of one filter must all hold. */
  count(experiments: readonly string[], filters: readonly (readonly string[])[]): Promise<number[]>;
  rename(id: string, name: string | null): Promise<void>;
  setTags(id: string, tags: Record<string, string>): Promise<void>;
  /** Fails with `not_found` also for a tag that is not there. */
  deleteTag(id: string, key: string): Promise<void>;
  /** Says that traces belong to a run. */
  linkToRun(runId: string, ids: readonly string[]): Promise<void>;
  /** Says which prompts, as `name/version`, a trace used. */
  linkPrompts(id: string, prompts: readonly string[]): Promise<void>;
  delete(actor: Actor, deletion: TraceDeletion): Promise<number>;
  assessments: {
    create(actor: Actor, assessment: NewAssessment & { traceId: string }): Promise<Assessment>;
    get(place: AssessmentPlace): Promise<Assessment>;
    update(actor: Actor, change: AssessmentChange & AssessmentPlace): Promise<Assessment>;
    delete(actor: Actor, place: AssessmentPlace): Promise<void>;
  };
}

/** Makes traces over the platform's parts. */
export function createTraces(deps: TracesDeps): Traces {
  const { query } = deps.database;
  return {
    describe: (trace) => describeTrace(deps, trace),
    end: (id, end) => endTrace(deps, id, end),
    record: (place, reports) => recordSpans(deps, place, reports),
    get: async (id) => (await readTraces(query, [id]))[0] ?? notFound('trace', id),
    find: (ids) => readTraces(query, ids),
    spans: (ids) => createTracesStore(query).spans.of([...new Set(ids)]),
    search: (search) => searchTraces(deps, search),
    count: (experiments, filters) => countTraces(deps, experiments, filters),
    rename: (id, name) => rename(deps, id, name),
    setTags: (id, tags) => setTags(deps, id, tags),
    deleteTag: (id, key) => deleteTag(deps, id, key),
    linkToRun: (runId, ids) => linkToRun(deps, runId, ids),
    linkPrompts: (id, prompts) => linkPrompts(deps, id, prompts),
    delete: (actor, deletion) => deleteTraces(deps, actor, deletion),
    assessments: {
      create: (actor, assessment) => createAssessment(deps, actor, assessment),
      get: (place) => assessmentOf(query, place),
      update: (actor, change) => updateAssessment(deps, actor, change),
      delete: (actor, place) => deleteAssessment(deps, actor, place),
    },
  };
}

async function rename({ database }: TracesDeps, id: string, name: string | null): Promise<void> {
  await database.transaction(async (tx) => {
    await traceOf(tx, id);
    await createTracesStore(tx).traces.setName(id, name?.replaceAll('\0', '').toWellFormed().slice(0, 500) ?? null);
  });
}

async function setTags({ database }: TracesDeps, id: string, tags: Record<string, string>): Promise<void> {
  const values = parseAs(traceTagsSchema, tags);
  await database.transaction(async (tx) => {
    await traceOf(tx, id);
    await createTracesStore(tx).traces.putPairs('tag', id, { values, replace: true });
  });
}

async function deleteTag({ database }: TracesDeps, id: string, key: string): Promise<void> {
  const gone = await database.transaction(async (tx) => {
    await traceOf(tx, id);
    return createTracesStore(tx).traces.deleteTag(id, key);
  });
  if (!gone)
    fail('not_found', `No trace tag with key '${key}' for trace with ID '${id}'`, { field: 'key', value: key });
}

async function linkToRun({ database, tracking }: TracesDeps, runId: string, ids: readonly string[]): Promise<void> {
  await tracking.runs.info(runId);
  await database.transaction(async (tx) => {
    const { traces } = createTracesStore(tx);
    const found = await traces.findMany([...new Set(ids)]);
    await traces.link(
      'run',
      found.map(({ id }) => ({ traceId: id, target: runId })),
    );
  });
}

async function linkPrompts({ database }: TracesDeps, id: string, prompts: readonly string[]): Promise<void> {
  await database.transaction(async (tx) => {
    await traceOf(tx, id);
    const links = [...new Set(prompts)].map((target) => ({ traceId: id, target }));
    await createTracesStore(tx).traces.link('prompt', links);
  });
}
