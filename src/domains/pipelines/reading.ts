import type { Database } from '../../database/database.ts';
import { notFound } from '../../kernel/errors.ts';
import { decodePageToken, type Page, type PageRequest, toPage } from '../../kernel/page.ts';
import { graphOf } from './document.ts';
import type { DocumentReader } from './documents.ts';
import type { PipelineRun, PipelineRunStep, RunFilter, StepAttempt } from './run-schema.ts';
import { createRunStore, type RunRow } from './run-store.ts';
import { toAttempt, toRun, toStep } from './views.ts';

interface ReadingDeps {
  database: Database;
  documents: DocumentReader;
}

/** A run's row, or `not_found`. */
export async function findRun(database: Database, runId: string): Promise<RunRow> {
  return (await createRunStore(database.query).run(runId)) ?? notFound('pipeline run', runId);
}

/** A page of runs, newest first. */
export async function listRuns({ database }: ReadingDeps, filter: RunFilter): Promise<Page<PipelineRun>> {
  const { limit, pageToken, pipeline, status, lineage } = filter;
  const before = pageToken === undefined ? undefined : String(decodePageToken(pageToken, ['string'])[0]);
  const rows = await createRunStore(database.query).runs({
    ...(pipeline !== undefined && { pipeline }),
    ...(status !== undefined && { status }),
    ...(lineage !== undefined && { lineage }),
    ...(before !== undefined && { before }),
    limit: limit + 1,
  });
  return toPage(rows.map(toRun), limit, (run) => [run.id]);
}

/** A page of a run's steps, in an order in which each comes after what it needs. */
export async function listSteps(
  { database, documents }: ReadingDeps,
  runId: string,
  { limit, pageToken }: PageRequest,
): Promise<Page<PipelineRunStep>> {
  const run = await findRun(database, runId);
  const after = pageToken === undefined ? undefined : Number(decodePageToken(pageToken, ['number'])[0]);
  const request = { ...(after !== undefined && { after }), limit: limit + 1 };
  const rows = await createRunStore(database.query).nodes(runId, request);
  const spec = await documents.version(run.version);
  const graph = graphOf(spec);
  const page = toPage(rows, limit, (row) => [row.idx]);
  return { ...page, items: page.items.map((row) => toStep(row, spec, graph)) };
}

/** One step of a run with its tries. */
export async function readStep(
  { database, documents }: ReadingDeps,
  runId: string,
  name: string,
): Promise<PipelineRunStep & { tries: StepAttempt[] }> {
  const run = await findRun(database, runId);
  const store = createRunStore(database.query);
  const row = (await store.node(runId, name)) ?? notFound('step', name);
  const spec = await documents.version(run.version);
  const tries = await store.attempts(runId, row.idx);
  return { ...toStep(row, spec, graphOf(spec)), tries: tries.map(toAttempt) };
}
