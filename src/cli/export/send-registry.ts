import { noteMiss, noteTaken } from '../import/report.ts';
import { restVersions } from '../import/rest-models.ts';
import type { SourceModel, SourceVersion } from '../import/source.ts';
import { pairsOf } from '../import/wire.ts';
import { type Export, originTags, orNothing, orReport } from './export.ts';
import { findLoggedModel, findRun } from './find-there.ts';

interface Registered {
  version: string | number;
}

const stageNames = { staging: 'Staging', production: 'Production', archived: 'Archived' } as const;

/** Sends a registered model or prompt with its versions in order, under their numbers where those are free. */
export async function sendModel(job: Export, model: SourceModel, experimentIds: readonly string[]): Promise<void> {
  const { target, report, source } = job;
  const { name, description, tags } = model;
  const what = `model '${name}'`;
  const find = target.get<{ registered_model: { aliases?: { alias: string; version: string }[] } }>(
    'mlflow/registered-models/get',
    { name },
  );
  const there = await orNothing(find);
  noteTaken(report, model.isPrompt ? 'prompts' : 'registered models', there === undefined);
  const body = { name, description, tags: pairsOf(tags) };
  const create = () => target.send('POST', 'mlflow/registered-models/create', body);
  if (!there && !(await orReport(report, what, create))) return;
  const numbers = new Map<number, number>();
  for await (const one of restVersions(target, model)) {
    const origin = Number(one.tags[originTags.version]?.split('/').at(-1));
    if (origin > 0) numbers.set(origin, one.number);
  }
  for await (const version of source.versions(model)) {
    const number = numbers.get(version.number) ?? (await sendVersion(job, { model, version, experimentIds }));
    noteTaken(report, 'model versions', !numbers.has(version.number) && number !== undefined);
    if (number !== undefined) numbers.set(version.number, number);
  }
  const aliases = new Map((there?.registered_model.aliases ?? []).map((one) => [one.alias, Number(one.version)]));
  for (const [alias, from] of Object.entries(model.aliases)) {
    await pointAlias(job, { name, alias, version: numbers.get(from), current: aliases.get(alias) });
  }
}

interface Pointing {
  name: string;
  alias: string;
  version: number | undefined;
  current: number | undefined;
}

async function pointAlias({ target, report }: Export, { name, alias, version, current }: Pointing): Promise<void> {
  noteTaken(report, 'aliases', current === undefined);
  if (current !== undefined && current === version) return;
  const what = `alias '${alias}' of '${name}'`;
  if (version === undefined) return noteMiss(report, what, 'The version it points to is not there.');
  // What somebody put into use there is not taken back.
  if (current !== undefined) return noteMiss(report, what, `It points to version ${current} there, not to ${version}.`);
  const body = { name, alias, version: String(version) };
  await orReport(report, what, () => target.send('POST', 'mlflow/registered-models/alias', body));
}

interface Sending {
  model: SourceModel;
  version: SourceVersion;
  experimentIds: readonly string[];
}

async function sendVersion(job: Export, { model, version, experimentIds }: Sending): Promise<number | undefined> {
  const { target, report, from } = job;
  const { number, description, runLink, stage } = version;
  const what = `version ${number} of '${model.name}'`;
  return orReport(report, what, async () => {
    const place = model.isPrompt ? { source: version.source } : await placeThere(job, version, experimentIds);
    const tags = { ...version.tags, [originTags.version]: `${model.name}/${number}`, [originTags.url]: from };
    const body = { name: model.name, description, run_link: runLink, tags: pairsOf(tags), ...place };
    const register = async () =>
      Number(
        (await target.send<{ model_version: Registered }>('POST', 'mlflow/model-versions/create', body)).model_version
          .version,
      );
    let made = await register();
    // Numbers of versions that were deleted are used up there, too.
    for (; made < number; made = await register()) {
      await target.send('DELETE', 'mlflow/model-versions/delete', { name: model.name, version: String(made) });
    }
    if (made !== number) noteMiss(report, what, `It is version ${made} there: numbers up to it were taken.`);
    const at = { name: model.name, version: String(made), archive_existing_versions: false };
    if (stage !== 'none') {
      await target.send('POST', 'mlflow/model-versions/transition-stage', { ...at, stage: stageNames[stage] });
    }
    return made;
  });
}

/** The source of a version in the words of the other server. */
async function placeThere({ target }: Export, version: SourceVersion, experimentIds: readonly string[]) {
  const { source, location, modelId, runId } = version;
  const run = runId ? await findRun(target, { experimentIds, origin: runId }) : undefined;
  const ofRun = run && { run_id: run.info.run_id };
  const model = modelId ? await findLoggedModel(target, { experimentIds, origin: modelId }) : undefined;
  if (model) return { ...ofRun, source: `models:/${model.info.model_id}`, model_id: model.info.model_id };
  const found =
    /^runs:\/+[0-9a-f]{32}\/(.+)$/.exec(source) ?? /\/[0-9a-f]{32}\/artifacts\/(.+)$/.exec(source || location);
  if (run && found) return { ...ofRun, source: `${run.info.artifact_uri}/${found[1]}` };
  return { ...ofRun, source: source || location };
}
