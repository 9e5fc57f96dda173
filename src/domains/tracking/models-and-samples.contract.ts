import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { backends, TestDatabase } from '../../../test/support/databases.ts';
import { createSpine } from '../../../test/support/spine.ts';
import type { Blobs } from '../../blobs/index.ts';
import { systemActor } from '../../kernel/actor.ts';
import { createManualClock } from '../../kernel/clock.ts';
import { parseFilter, printFilter } from '../../kernel/filter/index.ts';
import { experimentVocabulary } from './experiment-search.ts';
import { createTracking, type Experiment, type Tracking } from './index.ts';
import { runVocabulary } from './run-vocabulary.ts';
import { createDice, randomFilter } from './search-oracle.contract.ts';

/** What runs read and made, samples of metrics, and the search of experiments, on every backend. */
export function describeModelsAndSamples(backend: (typeof backends)[number]): void {
  describe(`models, samples and experiments on ${backend.name}`, () => {
    let opened: TestDatabase;
    let tracking: Tracking;
    const create = async (experiment = '0') => (await tracking.runs.create(systemActor, { experiment })).id;

    beforeAll(async () => {
      opened = await backend.open();
      const clock = createManualClock(1_700_000_000_000);
      const { ledger } = createSpine(opened.database, clock);
      tracking = createTracking({ database: opened.database, ledger, clock, blobs: {} as Blobs });
    });
    afterAll(() => opened.dispose());

    test('a run tells the models it read and made, in their order, each once', async () => {
      const id = await create();
      await tracking.runs.logModelInputs(id, ['m-2', 'm-1']);
      await tracking.runs.logModelInputs(id, ['m-1', 'm-3']);
      await tracking.runs.logModelOutputs(id, [{ modelId: 'm-9', step: 4 }]);
      await tracking.runs.logModelOutputs(id, [
        { modelId: 'm-9', step: 4 },
        { modelId: 'm-9', step: 5 },
      ]);
      const outputs = [
        { modelId: 'm-9', step: 4 },
        { modelId: 'm-9', step: 5 },
      ];
      expect(await tracking.runs.get(id)).toMatchObject({ modelInputs: ['m-2', 'm-1', 'm-3'], modelOutputs: outputs });
      const { items } = await tracking.runs.searchDetails({ experimentIds: ['0'] });
      expect(items.find((run) => run.id === id)).toMatchObject({ modelOutputs: outputs, inputs: [] });
      await tracking.runs.delete(systemActor, id);
      await expect(tracking.runs.logModelInputs(id, ['m-4'])).rejects.toMatchObject({ code: 'conflict' });
      await expect(tracking.runs.logModelOutputs('f'.repeat(32), [])).rejects.toMatchObject({ code: 'not_found' });
    });

    test('the datasets of experiments are told once for every use', async () => {
      const { id: experiment } = await tracking.experiments.create(systemActor, { name: 'with data' });
      for (const context of ['train', 'train', 'test']) {
        const inputs = [{ name: 'd', digest: context, context, tags: { k: 'v' }, sourceType: 'local' }];
        await tracking.runs.logInputs(systemActor, await create(experiment), inputs);
      }
      const uses = ['test', 'train'].map((context) => ({
        experimentId: experiment,
        name: 'd',
        digest: context,
        context,
      }));
      expect(await tracking.runs.datasets([experiment, 'none'], 10)).toEqual(uses);
      expect(await tracking.runs.datasets([experiment], 1)).toEqual(uses.slice(0, 1));
      expect(await tracking.runs.datasets([], 10)).toEqual([]);
    });

    test('a sample has the ends, NaN and infinities, and no more points than asked for', async () => {
      const id = await create();
      const values = [Number.NaN, 1, Number.POSITIVE_INFINITY];
      const metrics = Array.from({ length: 900 }, (_, i) => ({ key: 's', value: values[i % 3]!, step: i * i, at: i }));
      await tracking.runs.log(id, { metrics });
      const sample = async (points: number, fromStep?: number, toStep?: number) =>
        (await tracking.runs.sampleMetric([id, 'nobody'], 's', { points, fromStep, toStep })).get(id)!;
      expect((await sample(1000)).map(({ value }) => value)).toEqual(metrics.map(({ value }) => value));
      const some = await sample(10);
      expect([some.length, some[0]!.step, some.at(-1)!.step]).toEqual([10, 0, 899 * 899]);
      expect((await sample(10, 1, 10)).map(({ step }) => step)).toEqual([1, 4, 9]);
      expect(await sample(10, 2, 3)).toEqual([]);
    });

    test('many points are sought at even distances, over gaps and within one step', async () => {
      const id = await create();
      for (let from = 0; from < 6000; from += 1000) {
        const points = Array.from({ length: 1000 }, (_, i) => from + i);
        // A gap in the middle of the steps.
        const steps = points.map((i) => ({ key: 'gap', value: i, step: i < 3000 ? i : i + 100_000, at: i }));
        await tracking.runs.log(id, { metrics: steps });
        await tracking.runs.log(id, { metrics: points.map((i) => ({ key: 'flat', value: i, step: 7, at: i })) });
      }
      const of = async (key: string) => (await tracking.runs.sampleMetric([id], key, { points: 101 })).get(id)!;
      const gap = await of('gap');
      expect([gap[0]!.step, gap.at(-1)!.step]).toEqual([0, 105_999]);
      expect(gap.map(({ step }) => step)).toEqual([...new Set(gap.map(({ step }) => step))].sort((a, b) => a - b));
      const flat = await of('flat');
      expect([flat.length, flat[0]!.at, flat[50]!.at, flat.at(-1)!.at]).toEqual([101, 0, 3000, 5999]);
    });

    test('any filter and order of experiments finds what a plain reading of it finds, in pages', async () => {
      const dice = createDice(5);
      for (let i = 0; i < 30; i++) {
        const tags: Record<string, string> = dice.next() < 0.6 ? { t: dice.pick(['', 'a', 'B', "it's"]) } : {};
        await tracking.experiments.create(systemActor, { name: `${dice.pick(['a', 'B', 'ü'])}/${i}`, tags });
      }
      const all = (await tracking.experiments.search({ limit: 1000 })).items;
      const tests: [string, (one: Experiment) => boolean][] = [
        ["name LIKE 'a/%'", ({ name }) => name.startsWith('a/')],
        ["name ILIKE 'b/%'", ({ name }) => name.startsWith('B/')],
        ["tags.t = ''", ({ tags }) => tags['t'] === ''],
        ["tags.t != 'a'", ({ tags }) => tags['t'] !== undefined && tags['t'] !== 'a'],
        ['tags.t IS NULL', ({ tags }) => tags['t'] === undefined],
        ["tags.t IN ('B', 'it''s')", ({ tags }) => ['B', "it's"].includes(tags['t'] ?? '')],
        ['creation_time > 1700000000000', ({ createdAt }) => createdAt > 1_700_000_000_000],
        ["experiment_id = '0'", ({ id }) => id === '0'],
      ];
      for (let i = 0; i < 60; i++) {
        const [[a, testA], [b, testB]] = [dice.pick(tests), dice.pick(tests)];
        const isAnd = dice.next() < 0.5;
        const text = `(${a}) ${isAnd ? 'AND' : 'OR'} NOT (${b})`;
        expect(
          parseFilter(
            printFilter(parseFilter(text, experimentVocabulary)!, experimentVocabulary),
            experimentVocabulary,
          ),
        ).toEqual(parseFilter(text, experimentVocabulary));
        const expected = all.filter((one) => (isAnd ? testA(one) && !testB(one) : testA(one) || !testB(one)));
        const found: Experiment[] = [];
        for (let pageToken: string | undefined, first = true; first || pageToken; first = false) {
          const page = await tracking.experiments.search({ filter: text, orderBy: ['name desc'], limit: 7, pageToken });
          found.push(...page.items);
          pageToken = page.nextPageToken;
        }
        const names = (list: Experiment[]) => list.map(({ name }) => name).sort();
        expect({ text, names: names(found) }).toEqual({ text, names: names(expected) });
        const order = found.map(({ name }) => Buffer.from(name).toString('hex'));
        expect(order).toEqual([...order].sort().reverse());
      }
    });

    test('any filter of runs reads the same after it was printed', () => {
      const dice = createDice(17);
      for (let i = 0; i < 500; i++) {
        const filter = parseFilter(randomFilter(dice, 4).text, runVocabulary)!;
        expect(parseFilter(printFilter(filter, runVocabulary), runVocabulary)).toEqual(filter);
      }
    });
  });
}
