import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { backends, TestDatabase } from '../../../test/support/databases.ts';
import { createSpine } from '../../../test/support/spine.ts';
import type { Blobs } from '../../blobs/index.ts';
import { systemActor } from '../../kernel/actor.ts';
import { createManualClock } from '../../kernel/clock.ts';
import { createTracking, type Run, type RunSearch, type Tracking } from './index.ts';
import { createDice, holds, keyOf, randomFilter, randomOrder, sortedBy } from './search-oracle.contract.ts';

/** What a search finds, on every backend. */
export function describeSearch(backend: (typeof backends)[number], fewRows?: number): void {
  describe(`search on ${backend.name}${fewRows === undefined ? '' : ' by every path'}`, () => {
    let opened: TestDatabase;
    let tracking: Tracking;
    let runs: Run[];
    let experimentId: string;

    beforeAll(async () => {
      opened = await backend.open();
      const clock = createManualClock(1_700_000_000_000);
      const { ledger } = createSpine(opened.database, clock);
      tracking = createTracking({
        database: opened.database,
        ledger,
        clock,
        blobs: {} as Blobs,
        ...(fewRows !== undefined && { fewRows }),
      });
      experimentId = (await tracking.experiments.create(systemActor, { name: 'searched' })).id;
      const dice = createDice(7);
      for (let i = 0; i < 60; i++) {
        clock.advance(dice.pick([0, 1, 50]));
        const some = <T>(values: T[]) => (dice.next() < 0.7 ? dice.pick(values) : undefined);
        const drop = (record: Record<string, string | undefined>) =>
          Object.fromEntries(Object.entries(record).filter((pair): pair is [string, string] => pair[1] !== undefined));
        const run = await tracking.runs.create(systemActor, {
          experiment: experimentId,
          name: dice.pick(['a', 'B', 'ab', 'a_b', 'a%b', 'c*d']),
          status: dice.pick(['RUNNING', 'FINISHED'] as const),
          params: drop({ x: some(['a', 'b', 'A', "it's", 'x%y', '[z]']), 'deep key': some(['1', '2']) }),
          tags: drop({ t: some(['', 'zz', 'aZb', 'a?b', 'ü', '\\']) }),
        });
        const metrics = ['auc', 'loss/val'].flatMap((key) => {
          const value = some([0, 0.5, -0.5, 1, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]);
          return value === undefined ? [] : [{ key, value }];
        });
        await tracking.runs.log(run.id, { metrics });
      }
      runs = (await tracking.runs.search({ experiments: [experimentId], limit: 1000 })).items;
    });
    afterAll(() => opened.dispose());

    const searchAll = async (search: RunSearch) => {
      const found: Run[] = [];
      for (let pageToken: string | undefined, first = true; first || pageToken; first = false) {
        const page = await tracking.runs.search({ experiments: [experimentId], ...search, pageToken });
        found.push(...page.items);
        pageToken = page.nextPageToken;
      }
      return found;
    };

    test('any filter finds what a plain reading of it finds', async () => {
      const dice = createDice(11);
      for (let i = 0; i < 250; i++) {
        const filter = randomFilter(dice, 3);
        const found = await tracking.runs.search({ experiments: [experimentId], filter: filter.text, limit: 1000 });
        const expected = runs.filter((run) => holds(filter, run)).map((run) => run.id);
        expect({ filter: filter.text, ids: found.items.map((run) => run.id) }).toEqual({
          filter: filter.text,
          ids: expected,
        });
      }
    });

    test('any order comes in pages without a gap or a repeat', async () => {
      const dice = createDice(13);
      for (let i = 0; i < 40; i++) {
        const order = randomOrder(dice);
        const found = await searchAll({
          orderBy: order.map((term) => term.text),
          limit: dice.pick([1, 7, 13, 59, 60, 61]),
        });
        const keys = (list: Run[]) => list.map((run) => order.map((term) => keyOf(term, run)));
        expect(new Set(found.map((run) => run.id)).size).toBe(runs.length);
        expect({ order, keys: keys(found) }).toEqual({ order, keys: keys(sortedBy(order, runs)) });
      }
    });

    test('a page token is of one search', async () => {
      const first = await tracking.runs.search({ experiments: [experimentId], limit: 5 });
      const token = { pageToken: first.nextPageToken, limit: 5 };
      const wrong: RunSearch[] = [
        { experiments: [experimentId], filter: "status = 'RUNNING'", ...token },
        { experiments: [experimentId], orderBy: ['name'], ...token },
        { experiments: [experimentId], pageToken: 'bm8' },
      ];
      for (const search of wrong) {
        await expect(tracking.runs.search(search)).rejects.toMatchObject({ code: 'invalid_page_token' });
      }
    });

    test('a projection returns only what it names', async () => {
      const projection: RunSearch = { experiments: [experimentId], metrics: ['auc'], params: [], tags: ['t', 'none'] };
      const { items } = await tracking.runs.search({ ...projection, limit: 1000 });
      expect(new Set(items.flatMap((run) => Object.keys(run.metrics)))).toEqual(new Set(['auc']));
      expect(new Set(items.flatMap((run) => Object.keys(run.tags)))).toEqual(new Set(['t']));
      expect(items.every((run) => Object.keys(run.params).length === 0)).toBe(true);
    });

    test('deleted runs are found when asked for; datasets and parents can be searched', async () => {
      const other = (await tracking.experiments.create(systemActor, { name: 'other' })).id;
      const [parent, child] = [
        await tracking.runs.create(systemActor, { experiment: other, inputs: [{ name: 'flights', digest: 'd' }] }),
        await tracking.runs.create(systemActor, { experiment: other }),
      ];
      const nested = await tracking.runs.create(systemActor, { experiment: other, parentRunId: parent.id });
      await tracking.runs.delete(systemActor, child.id);
      const ids = async (search: RunSearch) =>
        (await tracking.runs.search({ experiments: [other], ...search })).items.map((run) => run.id).sort();
      expect(await ids({})).toEqual([parent.id, nested.id].sort());
      expect(await ids({ lifecycle: 'deleted' })).toEqual([child.id]);
      expect(await ids({ lifecycle: 'all' })).toHaveLength(3);
      expect(await ids({ filter: "datasets.name = 'flights' and datasets.digest in ('d', 'e')" })).toEqual([parent.id]);
      expect(await ids({ filter: `parent_run_id = '${parent.id}'` })).toEqual([nested.id]);
      expect(await ids({ filter: "startedAt >= '2023-11-01T00:00:00Z' and start_time < 1.7e12" })).toEqual([]);
      expect(await ids({ filter: 'start_time > 1.5 and start_time < inf' })).toHaveLength(2);
      await expect(ids({ experiments: ['nowhere'] })).rejects.toMatchObject({ code: 'not_found' });
      expect(await ids({ experiments: [] })).toEqual([]);
    });
  });
}
