/**
 * What a field holds: texts compare by `=`, LIKE and IN, numbers also by order; times are milliseconds or ISO texts; a
 * field of type `any` may hold either, and the value it is compared with says which is meant.
 */
export type FieldType = 'text' | 'number' | 'time' | 'any';

/** What a comparison reads: a kind of the vocabulary (`metric`, `tag`, `attribute` …) and the key within it. */
export interface Field {
  kind: string;
  key: string;
  type: FieldType;
}

/** How two values compare. */
export type Comparator = '=' | '!=' | '<' | '<=' | '>' | '>=' | 'like' | 'ilike' | 'rlike' | 'in' | 'is null';

/** One test of a filter; it is true or false, never unknown: what a thing lacks compares as false. */
export interface Comparison {
  kind: 'comparison';
  field: Field;
  operator: Comparator;
  /** The value; a list for `in`, nothing for `is null`. */
  value: number | string | readonly (number | string)[];
}

/** A parsed filter. */
export type Filter = Comparison | { kind: 'not'; part: Filter } | { kind: 'and' | 'or'; parts: readonly Filter[] };

/** A term of an ordering. */
export interface OrderTerm {
  field: Field;
  descending: boolean;
}

/** The words that filters over one sort of thing may use. */
export interface Vocabulary {
  /** What is filtered, as errors name it: `run`. */
  of: string;
  /** The kind of field behind each prefix: `metrics` → `metric`; `attributes` are the thing's own fields. */
  prefixes: Record<string, string>;
  /** The own fields by each of their names in lower case. */
  attributes: Record<string, { name: string; type: FieldType }>;
  /** Kinds whose values are numbers. */
  numeric?: readonly string[];
  /** Kinds whose values may be texts or numbers. */
  mixed?: readonly string[];
  /** The keys of kinds that have only some, with their types: `datasets` → name, digest, context. */
  keys?: Record<string, Record<string, FieldType>>;
  /** Texts may stand without quotes: `params.lr = 0.1`. */
  bareTexts?: boolean;
  /** Whether texts may be compared with regular expressions (RLIKE). */
  regular?: boolean;
  /** Kinds that cannot order. */
  unordered?: readonly string[];
}

/** The kind of a thing's own fields. */
export const attributeKind = 'attribute';
/** The prefixes of a thing's own fields. */
export const attributePrefixes = { attributes: attributeKind, attribute: attributeKind, attr: attributeKind } as const;

/** Whether a field holds numbers. */
export function isNumeric(field: Field): boolean {
  return field.type === 'number' || field.type === 'time';
}
