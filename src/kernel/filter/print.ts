import { attributeKind, type Comparison, type Field, type Filter, type Vocabulary } from './filter.ts';

/** Writes a filter as text that parses back to the same filter. */
export function printFilter(filter: Filter, vocabulary: Vocabulary): string {
  if (filter.kind === 'comparison') return printComparison(filter, vocabulary);
  if (filter.kind === 'not') return `NOT (${printFilter(filter.part, vocabulary)})`;
  return filter.parts
    .map((part) => `(${printFilter(part, vocabulary)})`)
    .join(filter.kind === 'and' ? ' AND ' : ' OR ');
}

function printComparison({ field, operator, value }: Comparison, vocabulary: Vocabulary): string {
  const name = printField(field, vocabulary);
  if (operator === 'is null') return `${name} IS NULL`;
  if (operator !== 'in') return `${name} ${operator.toUpperCase()} ${printValue(value as number | string)}`;
  return `${name} IN (${(value as readonly (number | string)[]).map(printValue).join(', ')})`;
}

function printField({ kind, key }: Field, { prefixes, attributes }: Vocabulary): string {
  if (kind === attributeKind) {
    const name = Object.keys(attributes).find((alias) => attributes[alias]!.name === key) ?? key;
    return /^[a-z_]+$/.test(name) ? name : `\`${name}\``;
  }
  const prefix = Object.keys(prefixes).find((one) => prefixes[one] === kind) ?? kind;
  return `${prefix}.\`${key.replaceAll('`', '``')}\``;
}

function printValue(value: number | string): string {
  if (typeof value === 'string') return `'${value.replaceAll("'", "''")}'`;
  if (Number.isFinite(value)) return Object.is(value, -0) ? '-0' : String(value);
  return value > 0 ? '+inf' : '-inf';
}
