import { describe, expect, test } from 'vitest';
import { parseFilter as parse, parseOrder as parseTerm } from '../../kernel/filter/index.ts';
import { runVocabulary } from './run-vocabulary.ts';

const parseFilter = (text: string) => parse(text, runVocabulary);
const parseOrder = (text: string) => parseTerm(text, runVocabulary);

describe('the filter grammar', () => {
  test('AND binds tighter than OR, NOT tighter than both', () => {
    const shape = (text: string): unknown => {
      const strip = (part: ReturnType<typeof parseFilter>): unknown => {
        if (!part) return undefined;
        if (part.kind === 'comparison') return part.field.key;
        return part.kind === 'not' ? ['not', strip(part.part)] : [part.kind, ...part.parts.map(strip)];
      };
      return strip(parseFilter(text));
    };
    expect(shape('')).toBeUndefined();
    expect(shape('  \n ')).toBeUndefined();
    expect(shape('metrics.a>1 or metrics.b>1 and not metrics.c>1')).toEqual(['or', 'a', ['and', 'b', ['not', 'c']]]);
    expect(shape('(metrics.a>1 or metrics.b>1) and metrics.c>1')).toEqual(['and', ['or', 'a', 'b'], 'c']);
    expect(shape('NOT NOT metrics.a>1')).toEqual(['not', ['not', 'a']]);
  });

  test('keys may be quoted, hold dots and quotes doubled', () => {
    const field = (text: string) => (parseFilter(text) as { field: unknown }).field;
    expect(field("tags.mlflow.user = 'x'")).toMatchObject({ kind: 'tag', key: 'mlflow.user' });
    expect(field('params."a key" = \'x\'')).toMatchObject({ kind: 'param', key: 'a key' });
    expect(field('metrics.`and` > 1')).toMatchObject({ kind: 'metric', key: 'and' });
    expect(field("`run name` = 'x'")).toMatchObject({ kind: 'attribute', key: 'name' });
    expect(parseFilter("params.a = 'it''s'")).toMatchObject({ value: "it's" });
    expect(parseFilter('metrics.a > -1.5e-3')).toMatchObject({ value: -0.0015 });
    expect(parseOrder('metrics.`a b` DESC')).toMatchObject({ field: { kind: 'metric', key: 'a b' }, descending: true });
  });

  test.each([
    ['metrics.a', 'a comparison'],
    ['metrics.a >', 'a number'],
    ["metrics.a > '1'", 'a number'],
    ['params.a = 1', 'a text in quotes'],
    ["params.a > 'x'", '=, !=, LIKE'],
    ["metrics.a like 'x'", 'numbers'],
    ['(metrics.a > 1', "')'"],
    ['metrics.a > 1 metrics.b > 1', 'AND, OR'],
    ["params.a = 'x", 'never closed'],
    ["nothing = 'x'", 'no attribute'],
    ["constructor = 'x'", 'no attribute'],
    ["__proto__.x = 'x'", 'none of metrics'],
    ['metrics. > 1', 'a key behind the dot'],
    ["datasets.x = 'y'", "has no 'x'"],
    ["status in ('a'", "')'"],
    ['status in ()', 'a text in quotes'],
    ['metrics.a > 1; drop table run', 'stands for nothing'],
    ["status = 'x' -- y", 'stands for nothing'],
    ["params.a = '\u0000'", 'NUL'],
    [`${'('.repeat(60)}metrics.a > 1${')'.repeat(60)}`, 'deeper'],
    [`${'not '.repeat(60)}metrics.a > 1`, 'deeper'],
    [Array.from({ length: 201 }, () => 'metrics.a > 1').join(' and '), 'more than 200'],
    ["start_time > 'yesterday'", 'ISO time'],
  ])('refuses %s', (text, message) => {
    expect(() => parseFilter(text)).toThrow(expect.objectContaining({ code: 'invalid_query' }));
    expect(() => parseFilter(text)).toThrow(message);
  });
});
