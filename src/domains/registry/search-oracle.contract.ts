import { expect, test } from 'vitest';
import type { Actor } from '../../kernel/actor.ts';
import { parseFilter, parseOrder, type Vocabulary } from '../../kernel/filter/index.ts';
import { encodePageToken, type Page } from '../../kernel/page.ts';
import {
  type Model,
  type ModelVersion,
  modelVocabulary,
  type Registry,
  type RegistrySearch,
  versionVocabulary,
} from './index.ts';

/** What the searches run against. */
export interface Searched {
  registry: Registry;
  actor: Actor;
  advance(ms: number): void;
}

type Thing = Record<string, unknown> & { tags: Record<string, string> };

interface PlainFilter {
  text: string;
  test(thing: Thing): boolean;
}

type Dice = <T>(values: readonly T[]) => T;

/** A linear congruential generator: the same filters on every run. */
function createDice(seed: number): Dice {
  let state = seed;
  return (values) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return values[Math.floor((state / 2 ** 32) * values.length)]!;
  };
}

const names = ['alpha', 'Alpha', 'beta_1', "it's", 'x*y', 'ü', '[a]'];
const values = ['a', 'A', 'b', "it's", '', 'a_b', '100'];
const patterns = ['%', 'a%', '%A', '_', '%_b%', '[a]', '%ü%', "it's", 'x*%'];

/** How plain code reads each word of a filter. */
const texts: Record<string, (thing: Thing) => string | undefined> = {
  name: (thing) => String(thing['model'] ?? thing['name']),
  'attributes.name': (thing) => String(thing['model'] ?? thing['name']),
  'tags.t': ({ tags }) => tags['t'],
  'tag.`deep key`': ({ tags }) => tags['deep key'],
};

function likeOf(pattern: string, flags: string): RegExp {
  const source = [...pattern].map((one) =>
    one === '%' ? '.*' : one === '_' ? '.' : one.replace(/[\\^$.*+?()[\]{}|/]/, '\\$&'),
  );
  return new RegExp(`^${source.join('')}$`, `su${flags}`);
}

function textTest(dice: Dice): PlainFilter {
  const field = dice(Object.keys(texts));
  const read = texts[field]!;
  const quote = (value: string) => `'${value.replaceAll("'", "''")}'`;
  const operator = dice(['=', '!=', 'LIKE', 'ILIKE', 'IN', 'IS NULL', 'IS NOT NULL']);
  if (operator.startsWith('IS')) {
    return { text: `${field} ${operator}`, test: (thing) => (read(thing) === undefined) === (operator === 'IS NULL') };
  }
  if (operator === 'IN') {
    const some = [dice([...names, ...values]), dice(values)];
    return { text: `${field} IN (${some.map(quote).join(',')})`, test: (thing) => some.includes(read(thing)!) };
  }
  const value = operator.endsWith('LIKE') ? dice(patterns) : dice([...names, ...values]);
  const holds: Record<string, (is: string) => boolean> = {
    '=': (is) => is === value,
    '!=': (is) => is !== value,
    LIKE: (is) => likeOf(value, '').test(is),
    // ASCII letters alone are folded.
    ILIKE: (is) => likeOf(fold(value), '').test(fold(is)),
  };
  const test = (thing: Thing) => read(thing) !== undefined && holds[operator]!(read(thing)!);
  return { text: `${field} ${operator} ${quote(value)}`, test };
}

const fold = (text: string) => text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());

function numberTest(dice: Dice): PlainFilter {
  const operator = dice(['=', '!=', '<', '<=', '>', '>=']);
  const value = dice([0, 1, 2, 3, 5]);
  const holds: Record<string, (is: number) => boolean> = {
    '=': (is) => is === value,
    '!=': (is) => is !== value,
    '<': (is) => is < value,
    '<=': (is) => is <= value,
    '>': (is) => is > value,
    '>=': (is) => is >= value,
  };
  return { text: `version_number ${operator} ${value}`, test: (thing) => holds[operator]!(Number(thing['number'])) };
}

function randomFilter(dice: Dice, depth: number, hasNumbers: boolean): PlainFilter {
  const shape = depth === 0 ? 'test' : dice(['test', 'and', 'or', 'not']);
  if (shape === 'test') return hasNumbers && dice([true, false]) ? numberTest(dice) : textTest(dice);
  const a = randomFilter(dice, depth - 1, hasNumbers);
  if (shape === 'not') return { text: `NOT (${a.text})`, test: (thing) => !a.test(thing) };
  const b = randomFilter(dice, depth - 1, hasNumbers);
  const test = (thing: Thing) => (shape === 'and' ? a.test(thing) && b.test(thing) : a.test(thing) || b.test(thing));
  return { text: `(${a.text}) ${shape} (${b.text})`, test };
}

async function readAll<T>(search: (at: RegistrySearch) => Promise<Page<T>>, how: Omit<RegistrySearch, 'pageToken'>) {
  const items: T[] = [];
  for (let pageToken: string | undefined, isFirst = true; isFirst || pageToken; isFirst = false) {
    const page = await search({ ...how, pageToken });
    items.push(...page.items);
    pageToken = page.nextPageToken;
  }
  return items;
}

async function fill({ registry, actor, advance }: Searched): Promise<void> {
  const dice = createDice(7);
  const tags = () => ({
    ...(dice([1, 0]) && { t: dice(values) }),
    ...(dice([1, 0, 0]) && { 'deep key': dice(values) }),
  });
  for (const name of names) {
    advance(dice([0, 10, 1000]));
    await registry.models.create(actor, { name, tags: tags() });
    for (let i = dice([0, 2, 5]); i > 0; i--) {
      advance(dice([0, 10]));
      const source = dice([true, false]) ? { runId: dice(['a', 'b']).repeat(32) } : {};
      await registry.versions.registerFolder(actor, { model: name, format: 'mlflow', files: [], tags: tags(), source });
    }
  }
  await registry.versions.delete(actor, { model: 'Alpha', version: 1 }).catch(() => undefined);
}

/** Searches against a plain reading of every filter, page by page, and in every order. */
export function testSearches(world: () => Searched): void {
  test('searches find what a plain reading of the filter finds, on pages of any size', async () => {
    await fill(world());
    const { models, versions } = world().registry;
    const all = {
      models: await readAll<Model>(models.search, { limit: 1000 }),
      versions: await readAll<ModelVersion>(versions.search, { limit: 1000 }),
    };
    expect(all.versions.length).toBeGreaterThan(10);
    const dice = createDice(11);
    for (let round = 0; round < 150; round++) {
      const of = round % 2 === 0 ? 'models' : 'versions';
      const plain = randomFilter(dice, 3, of === 'versions');
      const vocabulary: Vocabulary = of === 'models' ? modelVocabulary : versionVocabulary;
      const filter = parseFilter(plain.text, vocabulary);
      const limit = dice([1, 3, 1000]);
      const found = await readAll<Model | ModelVersion>(world().registry[of].search, { filter, limit });
      const expected = (all[of] as (Model | ModelVersion)[]).filter((one) => plain.test(one as unknown as Thing));
      expect(
        found.map(({ id }) => id),
        plain.text,
      ).toEqual(expected.map(({ id }) => id));
    }
  });

  test('searches order by any attribute, both ways, and pages keep the order', async () => {
    const { versions, models } = world().registry;
    for (const terms of [
      ['version_number ASC'],
      ['name DESC', 'number'],
      ['run_id DESC'],
      ['creation_timestamp'],
      [],
    ]) {
      const orderBy = terms.map((term) => parseOrder(term, versionVocabulary));
      const whole = await readAll<ModelVersion>(versions.search, { orderBy, limit: 1000 });
      const paged = await readAll<ModelVersion>(versions.search, { orderBy, limit: 2 });
      expect(paged.map(({ id }) => id)).toEqual(whole.map(({ id }) => id));
    }
    const orderBy = [parseOrder('version_number', versionVocabulary)];
    const numbers = (await readAll<ModelVersion>(versions.search, { orderBy, limit: 3 })).map(({ number }) => number);
    expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
    const updated = (await readAll<ModelVersion>(versions.search, { limit: 3 })).map(({ updatedAt }) => updatedAt);
    expect(updated).toEqual(updated.toSorted((a, b) => b - a));
    const byTag = [parseOrder('tags.t', modelVocabulary)];
    await expect(models.search({ orderBy: byTag, limit: 1 })).rejects.toMatchObject({ code: 'invalid_query' });
    const twice = ['name', 'name desc'].map((term) => parseOrder(term, modelVocabulary));
    await expect(models.search({ orderBy: twice, limit: 1 })).rejects.toMatchObject({ code: 'invalid_query' });
    for (const key of [undefined, ['a\u0000'], ['\ud800'], [1], [1e300, 'a', 1], [1, 'a', 2 ** 40], [0.5, 'a', 1]]) {
      const pageToken = key ? encodePageToken(key) : 'x';
      for (const searched of [models, versions]) {
        const wrong = searched.search({ limit: 1, pageToken });
        await expect(wrong).rejects.toMatchObject({ code: 'invalid_page_token' });
      }
    }
  });
}
