import type { GivenTable } from '../../domains/serving/index.ts';
import { fail, messageOf, TidemillError } from '../../kernel/errors.ts';
import { type JsonValue, parseJson } from '../../kernel/json.ts';
import { invalidInput } from './errors.ts';
import { readCsv } from './read-csv.ts';

/** What `/invocations` was asked. */
export interface Invocation {
  table: GivenTable;
  params: Record<string, unknown> | undefined;
  /** Whether rows are answered (tables), or columns (tensors). */
  asRecords: boolean;
}

type Fields = { [key: string]: JsonValue };
const formats = ['dataframe_split', 'dataframe_records', 'instances', 'inputs'] as const;
const required =
  "The input must be a JSON dictionary with exactly one of the input fields {'dataframe_split', 'dataframe_records', 'instances', 'inputs'}";
const llmKeys = ['messages', 'prompt', 'input'];

/** Reads a JSON body; its four forms, in the reference's words where it fits none. */
export function readJsonInvocation(bytes: Buffer): Invocation {
  const body = parseBody(bytes);
  const llm = llmKeys.find((key) => Object.hasOwn(body, key));
  if (llm !== undefined) {
    invalidInput(`The field '${llm}' is for language models; this endpoint serves tables and tensors. ${required}.`);
  }
  const found = formats.filter((format) => Object.hasOwn(body, format));
  if (found.length !== 1) {
    const message = `${required}. Received dictionary with input fields: [${found.map((one) => `'${one}'`).join(', ')}].`;
    fail('invalid_input', message, { field: 'body' });
  }
  const params = readParams(body['params']);
  const format = found[0]!;
  const value = body[format]!;
  if (format === 'dataframe_split') return { table: readSplit(value), params, asRecords: true };
  if (format === 'dataframe_records') return { table: readRecords(value), params, asRecords: true };
  if ('signature_name' in body) invalidInput('"signature_name" parameter is currently not supported');
  return { ...readTensors(format, value), params };
}

function parseBody(bytes: Buffer): Fields {
  let body: JsonValue;
  try {
    body = parseJson(bytes.toString('utf8'));
  } catch (error) {
    if (!(error instanceof TidemillError)) throw error;
    return invalidInput(`Ensure that input is a valid JSON formatted string. Error: '${messageOf(error)}'`);
  }
  if (Array.isArray(body)) invalidInput(`${required}. Received a list.`);
  if (body === null || typeof body !== 'object') {
    invalidInput(`${required}. Received unexpected input type '${pythonType(body)}'.`);
  }
  return body as Fields;
}

function pythonType(value: JsonValue): string {
  if (value === null) return 'NoneType';
  if (typeof value === 'string') return 'str';
  if (typeof value === 'boolean') return 'bool';
  return typeof value === 'bigint' || Number.isInteger(value) ? 'int' : Array.isArray(value) ? 'list' : 'float';
}

function readParams(params: JsonValue | undefined): Fields | undefined {
  if (params === undefined || params === null) return undefined;
  return isRecord(params) ? params : undefined;
}

function isRecord(value: JsonValue | undefined): value is Fields {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

function readSplit(value: JsonValue): GivenTable {
  if (!isRecord(value)) {
    const got = Array.isArray(value) ? 'list' : `type ${pythonType(value)}`;
    return invalidInput(`Dataframe split format must be a dictionary. Got ${got}.`);
  }
  const keys = Object.keys(value);
  if (!('data' in value) || keys.some((key) => !['columns', 'data', 'index'].includes(key))) {
    const got = `{${keys.map((key) => `'${key}'`).join(', ')}}`;
    invalidInput(
      `Dataframe split format must have 'data' field and optionally 'columns' and 'index' fields. Got ${got}.'`,
    );
  }
  const { data, columns } = value as { data: JsonValue; columns?: JsonValue };
  if (!Array.isArray(data)) return notAFrame('split', "'data' is no list");
  const names = columns === undefined || columns === null ? undefined : columns;
  if (names !== undefined && !Array.isArray(names)) return notAFrame('split', "'columns' is no list");
  const rows = data.map((row) => (Array.isArray(row) ? row : [row]));
  const bad = names && rows.find((row) => row.length !== names.length);
  if (bad) return notAFrame('split', `${names.length} columns passed, passed data had ${bad.length} columns`);
  return { kind: 'rows', columns: names?.map(String), rows };
}

function readRecords(value: JsonValue): GivenTable {
  if (!Array.isArray(value)) {
    const got = isRecord(value) ? 'dictionary' : `type ${pythonType(value)}`;
    return invalidInput(`Dataframe records format must be a list of records. Got ${got}.`);
  }
  if (value.every(isRecord)) return { kind: 'records', records: value };
  if (value.every(Array.isArray)) return { kind: 'rows', columns: undefined, rows: value };
  return notAFrame('records', 'the list holds something else than records');
}

function notAFrame(form: 'split' | 'records', why: string): never {
  return invalidInput(
    `Provided dataframe_${form} field is not a valid dataframe representation in '${form}' format. Error: '${why}'`,
  );
}

/** TensorFlow Serving's forms: `instances` by rows, `inputs` by columns. */
export function readTensors(format: 'instances' | 'inputs', value: JsonValue): Omit<Invocation, 'params'> {
  if (isRecord(value)) {
    if (format === 'instances') return invalidInput('The field "instances" must be a list.');
    return { table: { kind: 'named', values: value }, asRecords: false };
  }
  const list = Array.isArray(value) ? value : format === 'inputs' ? [value] : undefined;
  if (!list) return invalidInput('The field "instances" must be a list.');
  if (!list.some(isRecord)) return { table: { kind: 'array', values: list }, asRecords: false };
  // In the order of the first row: a model whose columns have no names takes them as they come.
  const names = Object.keys((list.find(isRecord) ?? {}) as Fields);
  const isLike = (row: JsonValue) =>
    isRecord(row) && Object.keys(row).length === names.length && names.every((name) => Object.hasOwn(row, name));
  const same = list.every(isLike);
  if (!same) {
    invalidInput('The length of values for each input/column name are not the same');
  }
  const rows = list as Fields[];
  const values = Object.fromEntries(names.map((name) => [name, rows.map((row) => row[name]!)]));
  return { table: { kind: 'named', values }, asRecords: format === 'instances' };
}

/** Reads a CSV body: a line of names, then rows. */
export function readCsvInvocation(bytes: Buffer): Invocation {
  const [columns, ...rows] = readCsv(bytes.toString('utf8'));
  if (!columns) return invalidInput('Ensure that the input is a valid CSV. No columns to parse from file');
  const uneven = rows.findIndex((row) => row.length > columns.length);
  if (uneven >= 0) {
    const message = `Expected ${columns.length} fields in line ${uneven + 2}, saw ${rows[uneven]!.length}`;
    invalidInput(`Ensure that the input is a valid CSV. ${message}`);
  }
  const padded = rows.map((row) => [...row, ...new Array<string>(columns.length - row.length).fill('')]);
  return { table: { kind: 'rows', columns, rows: padded, isText: true }, params: undefined, asRecords: true };
}
