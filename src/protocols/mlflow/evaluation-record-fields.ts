import { type JsonObject, type NewEvalRecord, recordSourceTypes } from '../../domains/eval-datasets/index.ts';
import { TidemillError } from '../../kernel/errors.ts';
import { type JsonValue, parseJson } from '../../kernel/json.ts';
import { refuse } from './errors.ts';
import { pythonRepr } from './python-repr.ts';

/** The tag in which clients say who they are. */
export const userTag = 'mlflow.user';

/** A JSON object that travels as text; `field` names it in errors. */
export function readObject(text: string, field: string): JsonObject {
  const value = readJson(text, field);
  if (isObject(value)) return value;
  return refuse('INVALID_PARAMETER_VALUE', `Parameter '${field}' must be the JSON of an object.`, field);
}

/** Tags that travel as JSON text: values that are no texts are written as Python would, unset ones left out. */
export function readTags(text: string): Record<string, string> {
  const entries = Object.entries(readObject(text, 'tags')).filter(([, value]) => value !== null);
  return Object.fromEntries(
    entries.map(([key, value]) => [key, typeof value === 'string' ? value : pythonRepr(value)]),
  );
}

/** The records of an upsert, which travel as JSON text. */
export function readRecords(text: string): NewEvalRecord[] {
  const value = readJson(text, 'records');
  if (Array.isArray(value) && value.every(isObject)) return value.map(toRecord);
  return refuse('INVALID_PARAMETER_VALUE', "Parameter 'records' must be the JSON of a list of objects.", 'records');
}

function toRecord(given: JsonObject): NewEvalRecord {
  const tags = objectOf(given['tags'], 'tags');
  const author = tags?.[userTag];
  return {
    inputs: objectOf(given['inputs'] ?? {}, 'inputs')!,
    ...('outputs' in given && { outputs: given['outputs'] }),
    expectations: objectOf(given['expectations'], 'expectations'),
    tags,
    source: sourceOf(objectOf(given['source'], 'source')),
    author: typeof author === 'string' ? author : null,
  };
}

function sourceOf(source: JsonObject | null): NewEvalRecord['source'] {
  if (source === null || Object.keys(source).length === 0) return null;
  const name = String(source['source_type'] ?? 'UNSPECIFIED').toUpperCase();
  const type = recordSourceTypes.find((one) => one === name);
  const valid = pythonRepr([...recordSourceTypes]);
  const message = `Invalid dataset record source type: ${name.slice(0, 100)}. Valid source types: ${valid}`;
  return {
    type: type ?? refuse('INVALID_PARAMETER_VALUE', message, 'records'),
    data: objectOf(source['source_data'], 'source_data') ?? {},
  };
}

function objectOf(value: JsonValue | undefined, field: string): JsonObject | null {
  if (value === null || value === undefined) return null;
  if (isObject(value)) return value;
  return refuse('INVALID_PARAMETER_VALUE', `The '${field}' of a record must be a dictionary.`, 'records');
}

function isObject(value: JsonValue): value is JsonObject {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

function readJson(text: string, field: string): JsonValue {
  try {
    return parseJson(text);
  } catch (error) {
    if (!(error instanceof TidemillError)) throw error;
    return refuse('INVALID_PARAMETER_VALUE', `Parameter '${field}' is not JSON: ${error.message}`, field);
  }
}
