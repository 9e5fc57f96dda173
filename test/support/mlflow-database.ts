import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** The tables of an MLflow 3 tracking store that an import reads, as its head version has them. */
const tables = `
create table experiments (experiment_id integer primary key, name varchar(256) not null, artifact_location varchar(256), lifecycle_stage varchar(32), creation_time bigint, last_update_time bigint, workspace varchar(63) not null default 'default');
create table runs (run_uuid varchar(32) primary key, name varchar(250), source_type varchar(20), source_name varchar(500), entry_point_name varchar(50), user_id varchar(256), status varchar(9), start_time bigint, end_time bigint, source_version varchar(50), lifecycle_stage varchar(20), artifact_uri varchar(200), experiment_id integer, deleted_time bigint);
create table experiment_tags (key varchar(250), value text, experiment_id integer, primary key (key, experiment_id));
create table tags (key varchar(250), value varchar(8000), run_uuid varchar(32), primary key (key, run_uuid));
create table metrics (key varchar(250), value float not null, timestamp bigint, run_uuid varchar(32), step bigint not null default 0, is_nan boolean not null default 0, primary key (key, timestamp, step, run_uuid, value, is_nan));
create index index_metrics_run_uuid_key_step on metrics (run_uuid, key, step);
create table latest_metrics (key varchar(250), value float not null, timestamp bigint, step bigint not null, is_nan boolean not null, run_uuid varchar(32), primary key (key, run_uuid));
create table params (key varchar(250), value varchar(8000) not null, run_uuid varchar(32), primary key (key, run_uuid));
create table datasets (dataset_uuid varchar(36), experiment_id integer, name varchar(500), digest varchar(36), dataset_source_type varchar(36) not null, dataset_source text not null, dataset_schema text, dataset_profile text, primary key (experiment_id, name, digest));
create table inputs (input_uuid varchar(36), source_type varchar(36), source_id varchar(36), destination_type varchar(36), destination_id varchar(36), step bigint not null default 0, primary key (source_type, source_id, destination_type, destination_id));
create table input_tags (input_uuid varchar(36), name varchar(255), value varchar(500) not null, primary key (input_uuid, name));
create table logged_models (model_id varchar(36) primary key, experiment_id integer not null, name varchar(500) not null, artifact_location varchar(1000) not null, creation_timestamp_ms bigint not null, last_updated_timestamp_ms bigint not null, status integer not null, lifecycle_stage varchar(32), model_type varchar(500), source_run_id varchar(32), status_message varchar(1000));
create table logged_model_metrics (model_id varchar(36), metric_name varchar(500), metric_timestamp_ms bigint, metric_step bigint, metric_value float, experiment_id integer not null, run_id varchar(32), dataset_uuid varchar(36), dataset_name varchar(500), dataset_digest varchar(36), primary key (model_id, metric_name, metric_timestamp_ms, metric_step, run_id));
create table logged_model_params (model_id varchar(36), experiment_id integer not null, param_key varchar(255), param_value text not null, primary key (model_id, param_key));
create table logged_model_tags (model_id varchar(36), experiment_id integer not null, tag_key varchar(255), tag_value text not null, primary key (model_id, tag_key));
create table registered_models (name varchar(256), creation_time bigint, last_updated_time bigint, description varchar(5000), workspace varchar(63) default 'default', primary key (workspace, name));
create table model_versions (name varchar(256), version integer, creation_time bigint, last_updated_time bigint, description varchar(5000), user_id varchar(256), current_stage varchar(20), source varchar(500), run_id varchar(32), status varchar(20), status_message varchar(500), run_link varchar(500), storage_location varchar(500), workspace varchar(63) default 'default', primary key (workspace, name, version));
create table registered_model_tags (key varchar(250), value varchar(5000), name varchar(256), workspace varchar(63) default 'default', primary key (workspace, key, name));
create table model_version_tags (key varchar(250), value text, name varchar(256), version integer, workspace varchar(63) default 'default', primary key (workspace, key, name, version));
create table registered_model_aliases (alias varchar(256), version integer not null, name varchar(256), workspace varchar(63) default 'default', primary key (workspace, name, alias));
create table trace_info (request_id varchar(50) primary key, experiment_id integer not null);
`;

/** Ids of what the store of `makeMlflowStore` holds. */
export const stored = {
  run: 'a'.repeat(32),
  child: 'b'.repeat(32),
  deleted: 'c'.repeat(32),
  model: `m-${'d'.repeat(32)}`,
  at: 1_700_000_000_000,
} as const;

/** Makes a small tracking store in a folder: `mlflow.db`, and its files below `mlartifacts`. */
export function makeMlflowStore(folder: string): { database: string; artifacts: string } {
  const path = join(folder, 'mlflow.db');
  const database = new DatabaseSync(path);
  database.exec(tables);
  const add = (table: string, row: Record<string, string | number | null>) => {
    const names = Object.keys(row);
    const marks = names.map(() => '?').join(', ');
    database.prepare(`insert into ${table} (${names.join(', ')}) values (${marks})`).run(...Object.values(row));
  };
  database.exec('begin');
  addExperiments(add);
  addRuns(add);
  addPoints(add);
  addModels(add);
  database.exec('commit');
  database.close();
  const artifacts = join(folder, 'mlartifacts');
  for (const [file, text] of [
    [`1/${stored.run}/artifacts/notes/lies mich ☂.txt`, 'grüße'],
    [`1/${stored.run}/artifacts/empty`, ''],
    [`1/${stored.deleted}/artifacts/gone.txt`, 'gone'],
    [`1/models/${stored.model}/artifacts/MLmodel`, 'flavors: {}\n'],
    [`1/models/${stored.model}/artifacts/data/model.bin`, 'weights'],
  ] as const) {
    mkdirSync(dirname(join(artifacts, file)), { recursive: true });
    writeFileSync(join(artifacts, file), text);
  }
  return { database: `sqlite:///${path}`, artifacts };
}

type Add = (table: string, row: Record<string, string | number | null>) => void;

function addExperiments(add: Add): void {
  const experiment = (id: number, name: string, stage = 'active', workspace = 'default') =>
    add('experiments', {
      ...{ experiment_id: id, name, artifact_location: `mlflow-artifacts:/${id}`, lifecycle_stage: stage, workspace },
      ...{ creation_time: stored.at + id, last_update_time: stored.at + id + 1 },
    });
  experiment(0, 'Default');
  experiment(1, 'team/höhe');
  experiment(2, 'weg', 'deleted');
  experiment(3, 'elsewhere', 'active', 'other');
  add('experiment_tags', { key: 'mlflow.note.content', value: '**hi**', experiment_id: 1 });
}

function addRuns(add: Add): void {
  const run = (id: string, more: Record<string, string | number | null>) =>
    add('runs', {
      ...{ run_uuid: id, name: 'r', user_id: 'ada', status: 'FINISHED', lifecycle_stage: 'active', experiment_id: 1 },
      ...{ start_time: stored.at, end_time: stored.at + 9, artifact_uri: `mlflow-artifacts:/1/${id}/artifacts` },
      ...more,
    });
  // The child began first, so that its parent comes after it.
  run(stored.child, { start_time: stored.at - 1, status: 'FAILED' });
  run(stored.run, { name: 'trainé' });
  run(stored.deleted, { lifecycle_stage: 'deleted', deleted_time: stored.at + 50 });
  run('e'.repeat(32), { experiment_id: 2, artifact_uri: `mlflow-artifacts:/2/${'e'.repeat(32)}/artifacts` });
  add('tags', { run_uuid: stored.run, key: 'mlflow.runName', value: 'trainé' });
  add('tags', { run_uuid: stored.run, key: 'note', value: 'zwei\n"Zeilen"' });
  add('tags', { run_uuid: stored.child, key: 'mlflow.parentRunId', value: stored.run });
  add('params', { run_uuid: stored.run, key: 'C', value: '1.0' });
  add('params', { run_uuid: stored.run, key: 'bad*key', value: 'from days without rules' });
  const dataset = { dataset_source_type: 'local', dataset_source: '{}', dataset_schema: '{}', dataset_profile: null };
  add('datasets', { dataset_uuid: 'd1', experiment_id: 1, name: 'iris', digest: 'abc', ...dataset });
  const joined = { source_type: 'DATASET', source_id: 'd1', destination_type: 'RUN', destination_id: stored.run };
  add('inputs', { input_uuid: 'i1', ...joined });
  add('input_tags', { input_uuid: 'i1', name: 'mlflow.data.context', value: 'training' });
  const made = { source_type: 'RUN_OUTPUT', source_id: stored.run, destination_type: 'MODEL_OUTPUT' };
  add('inputs', { input_uuid: 'i2', ...made, destination_id: stored.model, step: 3 });
  const read = { source_type: 'RUN_INPUT', source_id: stored.child, destination_type: 'MODEL_INPUT' };
  add('inputs', { input_uuid: 'i3', ...read, destination_id: stored.model });
  add('trace_info', { request_id: 'tr-1', experiment_id: 1 });
}

function addPoints(add: Add): void {
  const point = (key: string, value: number, step: number, isNan = 0) =>
    add('metrics', { run_uuid: stored.run, key, value, step, is_nan: isNan, timestamp: stored.at + Math.max(step, 0) });
  for (let step = 0; step < 2_500; step++) point('loss', 1 / (step + 1), step);
  point('loss', 7, 2_499);
  point('acc', 0, 1, 1);
  point('odd', 0, -3, 1);
  point('odd', Number.MAX_VALUE, -4);
  const latest = (key: string, value: number, step: number, isNan = 0) =>
    add('latest_metrics', {
      run_uuid: stored.run,
      key,
      value,
      step,
      is_nan: isNan,
      timestamp: stored.at + Math.max(step, 0),
    });
  latest('loss', 7, 2_499);
  latest('acc', 0, 1, 1);
  latest('odd', 0, -3, 1);
}

function addModels(add: Add): void {
  const location = `mlflow-artifacts:/1/models/${stored.model}/artifacts`;
  const times = { creation_timestamp_ms: stored.at + 5, last_updated_timestamp_ms: stored.at + 6 };
  const own = { model_id: stored.model, experiment_id: 1 };
  const said = {
    name: 'net',
    artifact_location: location,
    status: 2,
    lifecycle_stage: 'active',
    model_type: 'classifier',
  };
  add('logged_models', { ...own, ...times, ...said, source_run_id: stored.run });
  add('logged_model_params', { ...own, param_key: 'C', param_value: '1.0' });
  add('logged_model_tags', { ...own, tag_key: 'k', tag_value: 'v' });
  const measured = { metric_name: 'acc', metric_timestamp_ms: stored.at + 1, metric_step: 1, run_id: stored.run };
  add('logged_model_metrics', { ...own, ...measured, metric_value: null, dataset_name: 'iris', dataset_digest: 'abc' });
  const deleted = { model_id: `m-${'f'.repeat(32)}`, experiment_id: 1, name: 'old', artifact_location: `${location}2` };
  add('logged_models', {
    ...deleted,
    ...times,
    status: 1,
    lifecycle_stage: 'deleted',
    model_type: '',
    source_run_id: '',
  });
  const created = { creation_time: stored.at, last_updated_time: stored.at + 8 };
  add('registered_models', { name: 'iris ☂', description: 'gut', ...created });
  add('registered_model_tags', { name: 'iris ☂', key: 'team', value: 'ü' });
  const version = (number: number, stage: string, more: object) =>
    add('model_versions', {
      name: 'iris ☂',
      version: number,
      ...created,
      current_stage: stage,
      status: 'READY',
      ...more,
    });
  version(1, 'Staging', { source: `models:/${stored.model}`, run_id: stored.run, storage_location: location });
  version(2, 'Deleted_Internal', { source: 'REDACTED-SOURCE-PATH' });
  version(3, 'None', {
    source: `mlflow-artifacts:/1/${stored.run}/artifacts/notes`,
    run_id: stored.run,
    description: 'drei',
  });
  version(4, 'None', { source: 's3://bucket/model', run_id: '' });
  add('model_version_tags', { name: 'iris ☂', version: 3, key: 'q', value: 'ok' });
  add('registered_model_aliases', { name: 'iris ☂', alias: 'champion', version: 3 });
  add('registered_models', { name: 'gruss', description: '', ...created });
  add('registered_model_tags', { name: 'gruss', key: 'mlflow.prompt.is_prompt', value: 'true' });
  const prompt = { source: 'dummy-source', run_id: '', current_stage: 'None', status: 'READY' };
  add('model_versions', { name: 'gruss', version: 1, ...created, ...prompt });
  add('model_version_tags', { name: 'gruss', version: 1, key: 'mlflow.prompt.is_prompt', value: 'true' });
  add('model_version_tags', { name: 'gruss', version: 1, key: 'mlflow.prompt.text', value: 'Hallo {{name}}' });
}
