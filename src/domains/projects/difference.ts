import { canonicalJson } from '../../kernel/json.ts';

/** One field that differs between two documents. */
export interface FieldChange {
  path: string;
  before: unknown;
  after: unknown;
}

/**
 * The fields that differ between two documents, deepest paths first found (`steps.train.params.trees`). Lists whose items
 * carry a `name` or `id` are compared by it, other lists by position. Absent is shown as null.
 */
export function differences(before: unknown, after: unknown, path = ''): FieldChange[] {
  if (canonicalJson(before ?? null) === canonicalJson(after ?? null)) return [];
  const [left, right] = [asRecord(before), asRecord(after)];
  if (!left || !right) return [{ path, before: before ?? null, after: after ?? null }];
  const keys = [...new Set([...Object.keys(left), ...Object.keys(right)])];
  return keys.flatMap((key) => differences(left[key], right[key], path ? `${path}.${key}` : key));
}

function asRecord(value: unknown): Record<string, unknown> | undefined {
  if (value === null || typeof value !== 'object') return undefined;
  if (!Array.isArray(value)) return value as Record<string, unknown>;
  const names = value.map((item: unknown) => nameOf(item));
  const keyed = names.every((name) => name !== undefined) && new Set(names).size === names.length;
  return Object.fromEntries(value.map((item, i) => [keyed ? names[i]! : String(i), item]));
}

function nameOf(item: unknown): string | undefined {
  if (item === null || typeof item !== 'object') return undefined;
  const { name, id } = item as { name?: unknown; id?: unknown };
  if (typeof name === 'string') return name;
  return typeof id === 'string' ? id : undefined;
}
