import { traceVocabulary } from '../../domains/traces/index.ts';
import { attributeKind, type Filter, parseFilter, printFilter } from '../../kernel/filter/index.ts';
import { traceKeys } from './trace-keys.ts';

/** A client's filter in the words of the domain: what clients know as a tag may be a trace's own field there. */
export function toTraceFilter(text: string): string {
  const filter = parseFilter(text, traceVocabulary);
  return filter === undefined ? '' : printFilter(renamed(filter), traceVocabulary);
}

function renamed(filter: Filter): Filter {
  if (filter.kind === 'not') return { ...filter, part: renamed(filter.part) };
  if (filter.kind !== 'comparison') return { ...filter, parts: filter.parts.map(renamed) };
  const { kind, key } = filter.field;
  if (kind !== 'tag' || key !== traceKeys.name) return filter;
  return { ...filter, field: { kind: attributeKind, key: 'name', type: 'text' } };
}
