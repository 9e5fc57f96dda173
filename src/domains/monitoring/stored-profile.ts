import { json } from 'node:stream/consumers';
import { z } from 'zod';
import type { Blobs } from '../../blobs/index.ts';
import { fail, TidemillError } from '../../kernel/errors.ts';
import type { ModelVersion, Registry } from '../registry/index.ts';
import type { Tracking } from '../tracking/index.ts';
import type { Column } from './drift/sample.ts';
import type { Reference, ReferenceSource } from './ports.ts';

const label = z.union([z.string(), z.number(), z.boolean()]);
const columnSchema = z.discriminatedUnion('kind', [
  z.object({ name: z.string(), kind: z.literal('numeric'), sample: z.array(z.number().nullable()) }),
  z.object({ name: z.string(), kind: z.literal('categorical'), sample: z.array(label.nullable()) }),
]);
type ProfileColumn = z.output<typeof columnSchema>;

/** What monitoring reads of the document that training stores with a run. */
const profileSchema = z.object({
  format: z.literal('tidemill-reference-profile/1'),
  task: z.enum(['regression', 'binary', 'multiclass']),
  classes: z.array(label).nullable(),
  features: z.array(columnSchema),
  predictions: z.array(columnSchema),
  truth: columnSchema,
});
type Profile = z.output<typeof profileSchema>;

/** The artifact of a training run, and the evidence document of a version, that hold or name the profile. */
const artifactPath = 'reference-profile.json';
const evidenceName = 'reference-profile';

interface Sources {
  registry: { versions: Pick<Registry['versions'], 'get' | 'evidence'> };
  tracking: { runs: { artifacts: Pick<Tracking['runs']['artifacts'], 'open'> } };
  blobs: Pick<Blobs, 'read'>;
}

/** Reads the profile of a model version: from the blob its evidence names, else from its training run's artifacts. */
export function createProfileSource(sources: Sources): ReferenceSource {
  return {
    async profile(model, version) {
      const found = await sources.registry.versions.get(model, version).catch(missing);
      const document = found && (await readDocument(sources, found));
      return document === undefined
        ? undefined
        : toReference(document, `training profile of ${model} version ${version}`);
    },
  };
}

async function readDocument(sources: Sources, version: ModelVersion): Promise<unknown> {
  const { registry, tracking, blobs } = sources;
  const evidence = await registry.versions.evidence({ model: version.model, version: version.number });
  const digest = evidence.find((document) => document.name === evidenceName)?.document['digest'];
  if (typeof digest === 'string') return JSON.parse((await blobs.read(digest)).toString('utf8'));
  const { runId } = version.source;
  if (!runId) return undefined;
  const artifact = await tracking.runs.artifacts.open(runId, artifactPath).catch(missing);
  return artifact && json(artifact.stream);
}

function missing(error: unknown): undefined {
  if (error instanceof TidemillError && (error.kind === 'not_found' || error.kind === 'gone')) return undefined;
  throw error;
}

/** A stored profile as the reference of comparisons; fails with `invalid_data` when the document is another. */
export function toReference(document: unknown, name: string): Reference {
  const parsed = profileSchema.safeParse(document);
  if (!parsed.success) return fail('invalid_data', `The ${name} is not a reference profile: ${parsed.error.message}.`);
  const { task, classes, features, predictions, truth } = parsed.data;
  const positive = task === 'binary' && classes?.[1] !== undefined ? String(classes[1]) : null;
  const score = scoreOf(parsed.data);
  const outputs = Object.fromEntries(
    predictions.filter((column) => column.kind === 'categorical').map((column) => [column.name, toColumn(column)]),
  );
  return {
    label: name,
    task,
    positive,
    features: Object.fromEntries(features.map((column) => [column.name, toColumn(column)])),
    outputs: score ? { score: { type: 'numeric', values: score, nulls: countNaN(score) }, ...outputs } : outputs,
    score: score ?? new Float64Array(0),
    truth: score ? truthOf(truth, positive) : new Float64Array(0),
  };
}

/** The column that live predictions log as their score; several classes have none. */
function scoreOf({ task, predictions }: Profile): Float64Array | undefined {
  const name = task === 'regression' ? 'prediction' : task === 'binary' ? 'probability' : undefined;
  const column = predictions.find((one) => one.name === name);
  return column?.kind === 'numeric' ? Float64Array.from(column.sample, (value) => value ?? Number.NaN) : undefined;
}

function truthOf(truth: ProfileColumn, positive: string | null): Float64Array {
  return Float64Array.from(truth.sample as (string | number | boolean | null)[], (value) => {
    if (value === null) return Number.NaN;
    if (positive === null) return Number(value);
    return String(value) === positive ? 1 : 0;
  });
}

function toColumn(column: ProfileColumn): Column {
  if (column.kind === 'numeric') {
    const values = Float64Array.from(column.sample, (value) => value ?? Number.NaN);
    return { type: 'numeric', values, nulls: countNaN(values) };
  }
  const known = new Map<string, number>();
  const codes = Int32Array.from(column.sample as (string | number | boolean | null)[], (value) => {
    if (value === null) return -1;
    const code = known.get(String(value)) ?? known.size;
    known.set(String(value), code);
    return code;
  });
  return { type: 'category', codes, categories: [...known.keys()] };
}

function countNaN(values: Float64Array): number {
  return values.reduce((count, value) => count + (Number.isNaN(value) ? 1 : 0), 0);
}
