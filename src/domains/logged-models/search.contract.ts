import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { backends, TestDatabase } from '../../../test/support/databases.ts';
import { createSpine } from '../../../test/support/spine.ts';
import type { Blobs } from '../../blobs/index.ts';
import { systemActor } from '../../kernel/actor.ts';
import { createManualClock } from '../../kernel/clock.ts';
import { createTracking } from '../tracking/index.ts';
import { createLoggedModels, type LoggedModel, type LoggedModelSearch, type LoggedModels } from './index.ts';
import {
  createDice,
  type Dice,
  keyOf,
  pointsOf,
  randomFilter,
  randomOrder,
  sortedBy,
  words,
} from './search-oracle.contract.ts';

const count = 60;

/** What a search of logged models finds, on every backend. */
export function describeModelSearch(backend: (typeof backends)[number]): void {
  describe(`search of logged models on ${backend.name}`, () => {
    let opened: TestDatabase;
    let loggedModels: LoggedModels;
    let models: LoggedModel[];
    let experimentIds: string[];

    beforeAll(async () => {
      opened = await backend.open();
      const clock = createManualClock(1_700_000_000_000);
      const shared = { database: opened.database, ledger: createSpine(opened.database, clock).ledger, clock };
      const tracking = createTracking({ ...shared, blobs: {} as Blobs });
      loggedModels = createLoggedModels({ ...shared, tracking });
      const experiment = await tracking.experiments.create(systemActor, { name: 'searched' });
      experimentIds = [experiment.id];
      const dice = createDice(7);
      for (let i = 0; i < count; i++) {
        clock.advance(dice.pick([0, 1, 50]));
        await addModel(loggedModels, experiment.id, dice);
      }
      models = (await loggedModels.search({ experimentIds, metrics: 'history', limit: 1000 })).items;
    });
    afterAll(() => opened.dispose());

    const searchAll = async (search: LoggedModelSearch) => {
      const found: LoggedModel[] = [];
      for (let pageToken: string | undefined, isFirst = true; isFirst || pageToken; isFirst = false) {
        const page = await loggedModels.search({ experimentIds, ...search, pageToken });
        found.push(...page.items);
        pageToken = page.nextPageToken;
      }
      return found;
    };

    test('any filter, within any datasets, finds what a plain reading of it finds', async () => {
      const dice = createDice(11);
      expect(models).toHaveLength(count);
      for (let i = 0; i < 250; i++) {
        const { text, hasMetric, test: holds } = randomFilter(dice, 3);
        const datasets = dice.pick([[], [], [{ name: 'd1' }], [{ name: 'd1', digest: 'x' }, { name: 'd2' }]]);
        const found = await loggedModels.search({ experimentIds, filter: text, datasets, limit: 1000 });
        const expected = models.filter((model) => {
          const one = { model, datasets };
          return holds(one) && (hasMetric || datasets.length === 0 || pointsOf(one).length > 0);
        });
        expect({ text, datasets, ids: found.items.map(({ id }) => id) }).toEqual({
          ...{ text, datasets },
          ids: expected.map(({ id }) => id),
        });
      }
    });

    test('any order comes in pages without a gap or a repeat', async () => {
      const dice = createDice(13);
      for (let i = 0; i < 40; i++) {
        const order = randomOrder(dice);
        const orderBy = order.map(({ of: _, ...term }) => term);
        const found = await searchAll({ orderBy, limit: dice.pick([1, 7, 13, 59, 60, 61]) });
        const keys = (list: LoggedModel[]) => list.map((model) => order.map((term) => keyOf(term, model)));
        const byId = new Map(models.map((model) => [model.id, model]));
        expect(new Set(found.map(({ id }) => id)).size).toBe(count);
        expect({ orderBy, keys: keys(found.map(({ id }) => byId.get(id)!)) }).toEqual({
          orderBy,
          keys: keys(sortedBy(order, models)),
        });
      }
    });

    test('a page token is of one search', async () => {
      const { nextPageToken: pageToken } = await loggedModels.search({ experimentIds, limit: 5 });
      const wrong: LoggedModelSearch[] = [
        { experimentIds, filter: "status = 'READY'", pageToken },
        { experimentIds, orderBy: [{ field: 'name' }], pageToken },
        { experimentIds, datasets: [{ name: 'd1' }], pageToken },
        { pageToken },
        { experimentIds, pageToken: 'bm8' },
      ];
      for (const search of wrong) {
        await expect(loggedModels.search(search)).rejects.toMatchObject({ code: 'invalid_page_token' });
      }
    });

    test('texts may stand without quotes; wrong words say where', async () => {
      const ready = await searchAll({ filter: 'status = READY and not params.x = 7' });
      expect(ready.map(({ id }) => id)).toEqual(models.filter(({ status }) => status === 'READY').map(({ id }) => id));
      for (const filter of ['foo = 3', 'name > 3', 'bad.x = 3', 'metrics.a like 3', 'name', 'name =', '(name = a']) {
        await expect(loggedModels.search({ filter })).rejects.toMatchObject({ code: 'invalid_query' });
      }
      for (const field of ['zzz', 'bad.x', 'metrics.', 'toString']) {
        await expect(loggedModels.search({ orderBy: [{ field }] })).rejects.toMatchObject({ code: 'invalid_query' });
      }
      expect(await searchAll({ experimentIds: [] })).toEqual([]);
      expect(await searchAll({ experimentIds: ['nowhere'] })).toEqual([]);
    });
  });
}

async function addModel(loggedModels: LoggedModels, experiment: string, dice: Dice): Promise<void> {
  const some = <T>(values: readonly T[]) => (dice.next() < 0.7 ? dice.pick(values) : undefined);
  const drop = (record: Record<string, string | undefined>) =>
    Object.fromEntries(Object.entries(record).filter((pair): pair is [string, string] => pair[1] !== undefined));
  const { id } = await loggedModels.create(systemActor, {
    experiment,
    name: dice.pick(['a', 'B', 'ab', 'a_b', 'c*d']),
    type: dice.pick(['', 'a', 'aZb']),
    status: dice.pick(['PENDING', 'READY'] as const),
    sourceRunId: dice.pick(['', 'a', 'b']),
    params: drop({ x: some(words), 'deep key': some(['1', '2']) }),
    tags: drop({ t: some(words) }),
  });
  const points = Array.from({ length: dice.pick([0, 1, 4]) }, (_, i) => ({
    key: dice.pick(['auc', 'loss val']),
    value: dice.pick([0, 0.5, -0.5, 1, Number.NaN, Number.POSITIVE_INFINITY]),
    at: 1000 + i,
    runId: dice.pick(['r1', 'r2']),
    datasetName: dice.pick(['', 'd1', 'd2']),
    datasetDigest: dice.pick(['', 'x', 'y']),
  }));
  await loggedModels.logMetrics(systemActor, id, points);
}
