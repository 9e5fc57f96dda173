import { fail } from '../../kernel/errors.ts';
import { didYouMean } from './closest.ts';
import type { ParamSpec, ParamValue } from './schema.ts';

/** Checks given parameters against their types and fills in defaults; fails with `invalid_input`, naming the parameter. */
export function resolveParams(
  specs: Record<string, ParamSpec>,
  given: Record<string, unknown>,
): Record<string, ParamValue> {
  for (const name of Object.keys(given)) {
    if (!Object.hasOwn(specs, name)) {
      const hint = didYouMean(name, Object.keys(specs)) || '.';
      fail('invalid_input', `params.${name}: the pipeline has no such parameter${hint}`, { field: `params.${name}` });
    }
  }
  const values: Record<string, ParamValue> = {};
  for (const [name, spec] of Object.entries(specs)) {
    const value = given[name] ?? spec.default;
    if (value !== undefined) values[name] = checkParam(spec, value, `params.${name}`);
    else if (spec.required !== false) {
      fail('invalid_input', `params.${name}: a ${spec.type} is required.`, { field: `params.${name}` });
    }
  }
  return values;
}

/** Checks one value; numbers and booleans may come as text, as a command line gives them. */
export function checkParam(spec: ParamSpec, value: unknown, field: string): ParamValue {
  switch (spec.type) {
    case 'string':
      return typeof value === 'string' ? value : wrong(field, value, 'a text');
    case 'boolean':
      if (value === true || value === 'true') return true;
      return value === false || value === 'false' ? false : wrong(field, value, 'true or false');
    case 'enum': {
      const values = spec.values ?? [];
      return values.includes(String(value)) ? String(value) : wrong(field, value, `one of ${values.join(', ')}`);
    }
    case 'datetime': {
      const at = typeof value === 'string' ? Date.parse(value) : Number.NaN;
      return Number.isNaN(at) ? wrong(field, value, 'a time such as 2026-01-31T06:00:00Z') : new Date(at).toISOString();
    }
    default:
      return checkNumber(spec, value, field);
  }
}

function checkNumber(spec: ParamSpec, value: unknown, field: string): number {
  const whole = spec.type === 'integer';
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isFinite(number) || (whole && !Number.isSafeInteger(number))) {
    return wrong(field, value, whole ? 'a whole number' : 'a number');
  }
  if (number < (spec.minimum ?? -Infinity)) return wrong(field, value, `at least ${spec.minimum}`);
  if (number > (spec.maximum ?? Infinity)) return wrong(field, value, `at most ${spec.maximum}`);
  return number;
}

function wrong(field: string, value: unknown, expected: string): never {
  return fail('invalid_input', `${field}: ${JSON.stringify(value)} is not ${expected}.`, { field, value, expected });
}
