import { expect, test } from 'vitest';
import { createDealer } from '../../../test/support/fuzz.ts';
import { compileRegular } from './match-regular.ts';
import { printRegular, readRegular } from './regular.ts';

test('finds what the usual engine finds', () => {
  const deal = createDealer('regular');
  const atoms = [
    'a',
    'b',
    '.',
    '[ab]',
    '[^a]',
    '[a-c]',
    '\\.',
    '\\d',
    '(a|b)',
    '(?:ab|c)',
    '(ab)',
    '1',
    'é',
    '\\w',
    '[\\d.]',
  ];
  const times = ['', '', '', '*', '+', '?', '{2}', '{1,2}', '{0,1}', '{2,}', '*?'];
  const letters = ['a', 'b', 'c', '.', '1', 'é', '☃', '\u{1f600}', ' '];
  for (let turn = 0; turn < 3000; turn++) {
    let pattern = deal(3) === 0 ? '^' : '';
    for (let i = 0; i <= deal(4); i++) pattern += atoms[deal(atoms.length)]! + times[deal(times.length)]!;
    if (deal(4) === 0) pattern += `|${atoms[deal(atoms.length)]}`;
    if (deal(3) === 0) pattern += '$';
    const text = Array.from({ length: deal(8) }, () => letters[deal(letters.length)]).join('');
    expect([pattern, text, compileRegular(pattern)(text)]).toEqual([
      pattern,
      text,
      new RegExp(pattern, 'su').test(text),
    ]);
    const printed = printRegular(readRegular(pattern)).replace(/\\U([0-9a-f]{8})/g, (_, code) => `\\u{${code}}`);
    expect(new RegExp(printed, 'su').test(text)).toBe(new RegExp(pattern, 'su').test(text));
  }
});

test('takes linear time where backtracking would never end', () => {
  for (const pattern of ['(a+)+$', '(a|a)*b', '(a*)*c', '(.*a){20}x']) {
    expect(compileRegular(pattern)('a'.repeat(5000))).toBe(pattern === '(a+)+$');
  }
});

test('what it lacks is refused', () => {
  const wrong = [
    '(?=a)',
    '(?i)a',
    '\\1',
    '\\b',
    '(a',
    'a)',
    '[a',
    '*a',
    'a**',
    'a{3',
    'a{60}',
    '[b-a]',
    '[[:alpha:]]',
    '\\',
  ];
  for (const pattern of [...wrong, '((a{50}){50})', '('.repeat(30), 'x'.repeat(501)]) {
    expect(() => compileRegular(pattern), pattern).toThrow(/pattern of RLIKE/);
  }
});
