import { expect, test } from 'vitest';
import { createRandom } from '../../../kernel/random.ts';
import { EndpointSpec, fullWeight } from '../schema.ts';
import { bucketOf, pickVariant } from './split.ts';
import { cookieOf, dealKey } from './sticky-key.ts';

const route = (stickyKey: object | undefined, byRequest = false) => ({
  byRequest,
  spec: EndpointSpec.parse({ model: 'm', ...(stickyKey && { stickyKey }) }),
});

test('a ramp of any arms never takes a caller back to the champion, and every share is what was asked for', () => {
  const random = createRandom(11);
  for (let round = 0; round < 50; round++) {
    const others = 1 + Math.floor(random() * 4);
    let weights = Array.from({ length: others }, () => Math.floor((random() * fullWeight) / others / 2));
    const salt = `s${round}`;
    const dealt = (given: number[]) => {
      const rest = fullWeight - given.reduce((a, b) => a + b);
      const arms = [rest, ...given].map((weight, at) => ({ name: at, weight }));
      return Array.from({ length: 2000 }, (_, caller) => pickVariant(arms, bucketOf(salt, `c${caller}`)).name);
    };
    let before = dealt(weights);
    for (let step = 0; step < 4; step++) {
      const free = (fullWeight - weights.reduce((a, b) => a + b)) / others;
      weights = weights.map((weight) => weight + Math.floor(random() * free));
      const now = dealt(weights);
      expect(now.every((arm, caller) => before[caller] === 0 || arm !== 0)).toBe(true);
      before = now;
    }
    const share = before.filter((arm) => arm === 1).length / before.length;
    expect(Math.abs(share - weights[0]! / fullWeight)).toBeLessThan(0.06);
  }
});

test('another salt deals callers anew, independently of the one before', () => {
  let both = 0;
  for (let caller = 0; caller < 10_000; caller++) {
    both += Number(bucketOf('one', `c${caller}`) < 5000 && bucketOf('two', `c${caller}`) < 5000);
  }
  expect(both / 10_000).toBeCloseTo(0.25, 1);
});

test('the key is what the caller says, then header, cookie, column, then the id of the request', () => {
  const sticky = { header: 'X-User', cookie: 'uid', field: 'user' };
  const headers: Record<string, string> = { 'x-user': 'h', cookie: 'a=1; uid=c' };
  const caller = { header: (name: string) => headers[name], column: () => ['f'] };
  expect(dealKey(route(sticky), 'id', { ...caller, key: 'k' })).toBe('k');
  expect(dealKey(route(sticky), 'id', caller)).toBe('h');
  delete headers['x-user'];
  expect(dealKey(route(sticky), 'id', caller)).toBe('c');
  delete headers['cookie'];
  expect(dealKey(route(sticky), 'id', caller)).toBe('f');
  expect(dealKey(route(sticky), 'id', { ...caller, column: () => [null] })).toBe('id');
  for (const odd of [{ toString: 1, valueOf: 1 }, [1], '']) {
    expect(dealKey(route(sticky), 'id', { ...caller, column: () => [odd] })).toBe('id');
  }
  expect(dealKey(route(sticky), 'id', { ...caller, column: () => [0] })).toBe('0');
  expect(dealKey(route(undefined), 'id', caller)).toBe('id');
  expect(dealKey(route(sticky, true), 'id', { ...caller, key: 'k' })).toBe('id');
});

test('cookies are read as browsers write them', () => {
  expect(cookieOf('a=1; uid="x y"; b=2', 'uid')).toBe('x y');
  expect(cookieOf('xuid=1;uid=a=b', 'uid')).toBe('a=b');
  expect(cookieOf('uidx=1; broken', 'uid')).toBeUndefined();
  expect(cookieOf(undefined, 'uid')).toBeUndefined();
});
