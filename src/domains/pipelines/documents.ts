import type { Database, Queries } from '../../database/database.ts';
import type { Actor } from '../../kernel/actor.ts';
import { type Clock, isoTime } from '../../kernel/clock.ts';
import { fail, notFound } from '../../kernel/errors.ts';
import { digestOf } from '../../kernel/hash.ts';
import { nameSchema } from '../../kernel/names.ts';
import { decodePageToken, type Page, type PageRequest, toPage } from '../../kernel/page.ts';
import type { Ledger } from '../../ledger/index.ts';
import { didYouMean } from './closest.ts';
import { checkPipeline } from './document.ts';
import type { Pipeline } from './pipelines.ts';
import type { CurrentPipeline } from './scheduler.ts';
import { PipelineSpec } from './schema.ts';
import { createPipelineStore } from './store.ts';

/** What keeping documents needs. */
export interface DocumentDeps {
  database: Database;
  ledger: Ledger;
  clock: Clock;
  builtins: ReadonlyMap<string, unknown>;
  executors: ReadonlyMap<string, unknown>;
  pools: Record<string, number>;
}

/** Checks a document against the rules and against what this server has: builtins, executors, pools. */
export function checkHere(deps: DocumentDeps, document: unknown): PipelineSpec {
  const { spec } = checkPipeline(document);
  for (const [name, step] of Object.entries(spec.steps)) {
    const known = (field: string, value: string, among: Iterable<string>) => {
      const names = [...among];
      if (names.includes(value)) return;
      const hint = didYouMean(value, names) || ` (there are: ${names.join(', ') || 'none'}).`;
      const at = `steps.${name}.${field}`;
      fail('invalid_pipeline', `${at}: this server has no ${field} "${value}"${hint}`, { field: at, value });
    };
    if (step.kind === 'builtin') known('builtin', step.builtin, deps.builtins.keys());
    if ('executor' in step) known('executor', step.executor, deps.executors.keys());
    if (step.pool !== undefined) known('pool', step.pool, Object.keys(deps.pools));
  }
  return spec;
}

/** Creates or changes a pipeline; nothing happens when the document is the one it has. */
export async function declarePipeline(
  deps: DocumentDeps,
  actor: Actor,
  declared: { name: string; document: unknown },
): Promise<Pipeline> {
  const named = nameSchema.safeParse(declared.name);
  if (!named.success) {
    return fail('invalid_name', `name: '${declared.name}' ${named.error.issues[0]!.message}.`, { field: 'name' });
  }
  const name = named.data;
  const spec = checkHere(deps, declared.document);
  if (spec.bundle !== undefined && !(await createPipelineStore(deps.database.query).bundle(spec.bundle))) {
    fail('invalid_pipeline', `bundle: there is no code bundle '${spec.bundle}'; upload it first.`, { field: 'bundle' });
  }
  const version = digestOf(spec);
  return deps.database.transaction(async (tx) => {
    await deps.database.lock(tx, `pipeline:${name}`);
    const store = createPipelineStore(tx);
    const before = await store.pipeline(name);
    const at = deps.clock.now();
    if (before?.version === version) return { name, spec, version, declaredAt: isoTime(before.declaredAt) };
    await store.putPipeline({ name, version, spec: JSON.stringify(spec), at });
    const subject = { kind: 'pipeline', id: name, name };
    const data = { version, ...(before && { before: before.version }) };
    await deps.ledger.append(tx, { type: 'pipeline.declared', actor, subject, data });
    return { name, spec, version, declaredAt: isoTime(at) };
  });
}

/** Removes a pipeline; its runs stay, and those under way go on. */
export async function undeclarePipeline(deps: DocumentDeps, actor: Actor, name: string): Promise<void> {
  await deps.database.transaction(async (tx) => {
    await deps.database.lock(tx, `pipeline:${name}`);
    const store = createPipelineStore(tx);
    const before = (await store.pipeline(name)) ?? notFound('pipeline', name);
    await store.removePipeline(name);
    const subject = { kind: 'pipeline', id: name, name };
    await deps.ledger.append(tx, { type: 'pipeline.undeclared', actor, subject, data: { version: before.version } });
  });
}

/** Reads documents, each parsed once a version. */
export function createDocumentReader(database: Database) {
  const parsed = new Map<string, PipelineSpec>();
  const parse = (version: string, text: string): PipelineSpec => {
    let spec = parsed.get(version);
    if (!spec) {
      if (parsed.size >= 1000) parsed.delete(parsed.keys().next().value!);
      spec = PipelineSpec.parse(JSON.parse(text));
      parsed.set(version, spec);
    }
    return spec;
  };
  const toPipeline = (row: { name: string; version: string; declaredAt: number; spec: string }): Pipeline => ({
    name: row.name,
    version: row.version,
    declaredAt: isoTime(row.declaredAt),
    spec: parse(row.version, row.spec),
  });
  return {
    async current(queries: Queries = database.query): Promise<CurrentPipeline[]> {
      const store = createPipelineStore(queries);
      const found: CurrentPipeline[] = [];
      for (const { name, version, declared_at } of await store.versions()) {
        const spec = parsed.get(version) ?? parse(version, (await store.specOf(version))!);
        found.push({ name, version, declaredAt: declared_at, spec });
      }
      return found;
    },
    async currentOf(name: string): Promise<CurrentPipeline> {
      const row = (await createPipelineStore(database.query).pipeline(name)) ?? notFound('pipeline', name);
      return { ...row, spec: parse(row.version, row.spec) };
    },
    async version(digest: string): Promise<PipelineSpec> {
      const known = parsed.get(digest);
      if (known) return known;
      const text = (await createPipelineStore(database.query).specOf(digest)) ?? notFound('pipeline version', digest);
      return parse(digest, text);
    },
    async page({ limit, pageToken }: PageRequest): Promise<Page<Pipeline>> {
      const after = pageToken === undefined ? undefined : String(decodePageToken(pageToken, ['string'])[0]);
      const rows = await createPipelineStore(database.query).pipelines({
        ...(after !== undefined && { after }),
        limit: limit + 1,
      });
      return toPage(rows.map(toPipeline), limit, (row) => [row.name]);
    },
    toPipeline,
  };
}

/** Reads documents. */
export type DocumentReader = ReturnType<typeof createDocumentReader>;
