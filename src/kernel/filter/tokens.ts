import { fail } from '../errors.ts';

/** A piece of a filter; `at` is where it starts. */
export interface Token {
  /** `quoted` is in backticks or double quotes: a key, or with double quotes also a text. */
  kind: 'word' | 'quoted' | 'text' | 'number' | 'symbol' | 'end';
  text: string;
  at: number;
  quote?: string;
}

const space = /\s+/y;
const number = /[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?(?![\p{L}\p{N}_.])/uy;
const infinity = /[+-]inf(?:inity)?(?![\p{L}\p{N}_.])/iuy;
const word = /[\p{L}_][\p{L}\p{N}\p{M}_.\-/:]*/uy;
const symbol = /<=|>=|<>|!=|==|[=<>(),]/y;

/** Cuts a filter into tokens, the last of kind `end`. Fails with `invalid_query`. */
export function readTokens(text: string): Token[] {
  const tokens: Token[] = [];
  for (let at = 0; ; ) {
    at += matchAt(space, text, at).length;
    if (at >= text.length) {
      tokens.push({ kind: 'end', text: '', at });
      return tokens;
    }
    const token = readToken(text, at);
    tokens.push(token.token);
    at = token.next;
  }
}

function readToken(text: string, at: number): { token: Token; next: number } {
  const first = text[at]!;
  if (first === "'" || first === '"' || first === '`') return readQuoted(text, at, first);
  for (const [kind, pattern] of [
    ['number', number],
    ['word', infinity],
    ['word', word],
    ['symbol', symbol],
  ] as const) {
    const found = matchAt(pattern, text, at);
    if (found !== '') return { token: { kind, text: found, at }, next: at + found.length };
  }
  return fail('invalid_query', `The filter is wrong at character ${at + 1}: '${first}' stands for nothing.`, {
    field: 'filter',
    position: at,
  });
}

/** A quoted piece; the quote doubled stands for itself. */
function readQuoted(text: string, at: number, quote: string): { token: Token; next: number } {
  let content = '';
  for (let from = at + 1; ; ) {
    const end = text.indexOf(quote, from);
    if (end < 0) {
      return fail('invalid_query', `The quote that opens at character ${at + 1} of the filter is never closed.`, {
        field: 'filter',
        position: at,
      });
    }
    content += text.slice(from, end);
    if (text[end + 1] !== quote) {
      if (content.includes('\u0000') || !content.isWellFormed()) {
        fail('invalid_query', 'A text of the filter is not well-formed Unicode without NUL.', { field: 'filter' });
      }
      return { token: { kind: quote === "'" ? 'text' : 'quoted', text: content, at, quote }, next: end + 1 };
    }
    content += quote;
    from = end + 2;
  }
}

function matchAt(pattern: RegExp, text: string, at: number): string {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0] ?? '';
}
