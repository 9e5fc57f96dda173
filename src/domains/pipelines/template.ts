import { fail } from '../../kernel/errors.ts';

/** A reference inside `{{ … }}`: its parts, and how it was written. */
export interface Reference {
  path: readonly string[];
  text: string;
}

const opening = '{{';
const partPattern = /\s*(?:\.\s*)?([A-Za-z_][A-Za-z0-9_-]*)|\[\s*(?:'([^']*)'|"([^"]*)"|(\d+))\s*\]/y;

/** Whether a text holds references. */
export function isTemplate(text: string): boolean {
  return text.includes(opening);
}

/**
 * Splits a text into plain pieces and references. `{{ a.b-c['d'].0 }}` is all there is: no operators, no calls; `\{{` is a
 * plain `{{`. Fails with `invalid_pipeline`, naming the field.
 */
export function parseTemplate(text: string, field: string): (string | Reference)[] {
  const parts: (string | Reference)[] = [];
  let plain = '';
  let at = 0;
  while (at < text.length) {
    const open = text.indexOf(opening, at);
    if (open === -1) break;
    if (text[open - 1] === '\\') {
      plain += text.slice(at, open - 1) + opening;
      at = open + 2;
      continue;
    }
    const close = text.indexOf('}}', open);
    if (close === -1) fail('invalid_pipeline', `${field}: '{{' is never closed by '}}'.`, { field, value: text });
    plain += text.slice(at, open);
    if (plain !== '') parts.push(plain);
    plain = '';
    parts.push(parseReference(text.slice(open + 2, close), field));
    at = close + 2;
  }
  plain += text.slice(at);
  if (plain !== '') parts.push(plain);
  return parts;
}

function parseReference(inner: string, field: string): Reference {
  const text = inner.trim();
  const path: string[] = [];
  let at = 0;
  while (at < text.length) {
    const numbered = /\.(\d+)/y;
    numbered.lastIndex = at;
    const index = path.length > 0 ? numbered.exec(text) : null;
    partPattern.lastIndex = at;
    const found = index ?? partPattern.exec(text);
    const dotted = text[at] === '.' || text[at] === '[';
    if (!found || path.length > 0 !== dotted) {
      const cure = "Write a path such as {{ steps.train.outputs.model }} or {{ params['learning-rate'] }}.";
      fail('invalid_pipeline', `${field}: '{{ ${text} }}' is not a reference. ${cure}`, { field, value: text, cure });
    }
    path.push(found[1] ?? found[2] ?? found[3] ?? found[4] ?? '');
    at += found[0].length;
  }
  if (path.length === 0) fail('invalid_pipeline', `${field}: '{{ }}' holds no reference.`, { field, value: inner });
  return { path, text };
}

/** Every reference of a value's strings, with the field each stands in. */
export function referencesOf(value: unknown, field: string): { reference: Reference; field: string }[] {
  if (typeof value === 'string') {
    if (!isTemplate(value)) return [];
    return parseTemplate(value, field).flatMap((part) =>
      typeof part === 'string' ? [] : [{ reference: part, field }],
    );
  }
  if (Array.isArray(value)) return value.flatMap((item, index) => referencesOf(item, `${field}[${index}]`));
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([key, item]) => referencesOf(item, `${field}.${key}`));
}

/** What a reference stands for. */
export type Lookup = (reference: Reference, field: string) => unknown;

/** How a value is written into a longer text. */
export type ToText = (value: unknown, reference: Reference, field: string) => string;

/** Fills in a value's templates: a text that is one reference becomes the value itself, in a longer text it is written in. */
export function render(value: unknown, field: string, use: { lookup: Lookup; toText?: ToText }): unknown {
  if (typeof value === 'string') {
    if (!isTemplate(value)) return value;
    const parts = parseTemplate(value, field);
    if (parts.length === 1 && typeof parts[0] !== 'string') return use.lookup(parts[0]!, field);
    return renderText(value, field, use);
  }
  if (Array.isArray(value)) return value.map((item, index) => render(item, `${field}[${index}]`, use));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, render(item, `${field}.${key}`, use)]));
}

/** Fills in a text's templates; the result is always text. */
export function renderText(text: string, field: string, use: { lookup: Lookup; toText?: ToText }): string {
  if (!isTemplate(text)) return text;
  const toText = use.toText ?? plainText;
  return parseTemplate(text, field)
    .map((part) => (typeof part === 'string' ? part : toText(use.lookup(part, field), part, field)))
    .join('');
}

/** Numbers, booleans and text as they are; anything else as JSON. */
export const plainText: ToText = (value) => (typeof value === 'string' ? value : JSON.stringify(value));

/** Text quoted as one word of /bin/sh. */
export const shellWord: ToText = (value, reference, field) =>
  `'${plainText(value, reference, field).replaceAll("'", `'\\''`)}'`;

/** Reads on inside a value by the rest of a path; fails naming the part that is missing. */
export function readPath(
  value: unknown,
  rest: readonly string[],
  at: { reference: Reference; field: string },
): unknown {
  let current = value;
  for (const part of rest) {
    const holds = current !== null && typeof current === 'object' && Object.hasOwn(current, part);
    if (!holds) {
      const { reference, field } = at;
      fail('invalid_input', `${field}: '{{ ${reference.text} }}' has no '${part}'.`, { field, value: reference.text });
    }
    current = (current as Record<string, unknown>)[part];
  }
  return current;
}
