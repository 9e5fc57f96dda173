import type { DatasetInput, Experiment, Metric, Run, RunDetails, RunInfo } from '../../domains/tracking/index.ts';
import { artifactUriOf } from './artifact-locations.ts';

/** The tag that holds a run's name a second time. */
export const nameTag = 'mlflow.runName';
/** The tag that names the run that a run is part of. */
export const parentTag = 'mlflow.parentRunId';
/** The tag of a dataset's use that says what for. */
export const contextTag = 'mlflow.data.context';

/** What of an experiment its runs' location is made from. */
type Place = Pick<Experiment, 'id' | 'artifactLocation'>;

/** A run without what it logged, as clients read it. */
export function presentInfo(run: RunInfo, experiment: Place) {
  return {
    run_uuid: run.id,
    experiment_id: run.experimentId,
    run_name: run.name,
    user_id: run.user,
    status: run.status,
    start_time: run.startedAt,
    ...(run.endedAt ? { end_time: run.endedAt } : {}),
    artifact_uri: artifactUriOf(experiment, run.id),
    lifecycle_stage: run.lifecycle,
    run_id: run.id,
  };
}

/** A value as numbers go over the wire: the infinities as the largest doubles, NaN as text. */
export function presentValue(value: number): number | 'NaN' {
  if (Number.isNaN(value)) return 'NaN';
  return Math.min(Math.max(value, -Number.MAX_VALUE), Number.MAX_VALUE);
}

/** A metric point as clients read it. */
export function presentMetric({ key, value, at, step }: Metric) {
  return { key, value: presentValue(value), timestamp: at, step };
}

/** Writes a run as JSON text; by hand, because a search gives tens of thousands of its metrics, parameters and tags. */
export function writeRun(run: RunDetails, experiment: Place): string {
  const info = JSON.stringify(presentInfo(run, experiment));
  const tags = `"tags":[${writeTags(run)}]`;
  const data = `${list('metrics', writeMetrics(run))}${list('params', writePairs(run.params))}${tags}`;
  const inputs = {
    ...datasets(run.inputs),
    ...models(
      'model_inputs',
      run.modelInputs.map((id) => ({ model_id: id })),
    ),
  };
  const made = run.modelOutputs.map(({ modelId, step }) => ({ model_id: modelId, ...(step !== 0 && { step }) }));
  const outputs = JSON.stringify(models('model_outputs', made));
  return `{"info":${info},"data":{${data}},"inputs":${JSON.stringify(inputs)},"outputs":${outputs}}`;
}

function list(name: string, items: string): string {
  return items === '' ? '' : `"${name}":[${items}],`;
}

const plain = /^[\w.\-/ :]*$/;

/** A text as JSON; the plain ones without a search for what must be escaped. */
function quote(text: string): string {
  return text.length < 64 && plain.test(text) ? `"${text}"` : JSON.stringify(text);
}

function writeMetrics({ metrics }: Run): string {
  let written = '';
  for (const key in metrics) {
    const { value, at, step } = metrics[key]!;
    const shown = presentValue(value);
    const number = shown === 'NaN' ? '"NaN"' : shown;
    if (written !== '') written += ',';
    written += `{"key":${quote(key)},"value":${number},"timestamp":${at},"step":${step}}`;
  }
  return written;
}

function writePairs(pairs: Record<string, string>): string {
  let written = '';
  for (const key in pairs) {
    if (written !== '') written += ',';
    written += `{"key":${quote(key)},"value":${quote(pairs[key]!)}}`;
  }
  return written;
}

/** The name and the parent are told as tags also where another way of the platform set them. */
function writeTags(run: Run): string {
  const { parentRunId } = run;
  const tags = { ...run.tags, [nameTag]: run.name };
  return writePairs(parentRunId === null ? tags : { ...tags, [parentTag]: parentRunId });
}

function models<T>(name: string, items: T[]): Record<string, T[]> {
  return items.length === 0 ? {} : { [name]: items };
}

function datasets(inputs: readonly DatasetInput[]) {
  return models(
    'dataset_inputs',
    inputs.map((input) => {
      const tags = { ...input.tags, ...(input.context !== '' && { [contextTag]: input.context }) };
      const pairs = Object.entries(tags).map(([key, value]) => ({ key, value }));
      const { name, digest, schema, profile } = input;
      const source = {
        source_type: input.sourceType ?? (input.versionId ? 'tidemill' : ''),
        source: input.source ?? '',
      };
      const dataset = { name, digest, ...source, ...(schema && { schema }), ...(profile && { profile }) };
      return { ...(pairs.length > 0 && { tags: pairs }), dataset };
    }),
  );
}
