import type { JsonValue } from '../../kernel/json.ts';
import type { FieldTypes, JsonObject } from './schema.ts';

/** The name of a JSON value's type. */
export function typeOf(value: JsonValue): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'bigint') return 'integer';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'float';
  return typeof value;
}

interface Fields {
  inputs: JsonObject;
  outputs?: JsonValue | undefined;
  expectations?: JsonObject | null | undefined;
}

/** Field types with those that new records bring; what is known of a field stays. */
export function withFieldsOf(known: FieldTypes | null, records: readonly Fields[]): FieldTypes | null {
  if (known === null && records.length === 0) return null;
  const types = structuredClone(known ?? { inputs: {}, outputs: {}, expectations: {} });
  for (const { inputs, outputs = null, expectations } of records) {
    add(types.inputs, inputs);
    add(types.expectations, expectations ?? {});
    if (outputs === null) continue;
    if (typeof outputs === 'object' && !Array.isArray(outputs)) {
      if (typeof types.outputs !== 'string') add(types.outputs, outputs);
    } else if (typeof types.outputs !== 'string' && Object.keys(types.outputs).length === 0) {
      types.outputs = typeOf(outputs);
    }
  }
  return types;
}

function add(types: Record<string, string>, values: JsonObject): void {
  for (const [key, value] of Object.entries(values)) if (!Object.hasOwn(types, key)) types[key] = typeOf(value);
}
