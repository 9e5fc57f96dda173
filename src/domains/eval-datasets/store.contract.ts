import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { backends, TestDatabase } from '../../../test/support/databases.ts';
import { createSpine, type Spine } from '../../../test/support/spine.ts';
import type { Blobs } from '../../blobs/index.ts';
import { systemActor as actor } from '../../kernel/actor.ts';
import { createManualClock, type ManualClock } from '../../kernel/clock.ts';
import { createTracking, type Tracking } from '../tracking/index.ts';
import { createEvalDatasets, type EvalDatasets, type NewEvalRecord } from './index.ts';

/** What evaluation datasets keep, on every database. */
export function describeEvalDatasets(backend: (typeof backends)[number]): void {
  describe(`evaluation datasets on ${backend.name}`, () => {
    let opened: TestDatabase;
    let clock: ManualClock;
    let spine: Spine;
    let tracking: Tracking;
    let datasets: EvalDatasets;

    beforeAll(async () => {
      opened = await backend.open();
      clock = createManualClock(Date.UTC(2026, 6, 1));
      spine = createSpine(opened.database, clock);
      tracking = createTracking({ ...spine, database: opened.database, clock, blobs: {} as Blobs });
      datasets = createEvalDatasets({ ...spine, database: opened.database, clock, tracking });
    });
    afterAll(() => opened.dispose());
    const make = (name: string, more = {}) => datasets.create(actor, { name, ...more });
    const all = async (id: string) => (await datasets.records(id, { limit: 1000 })).items;
    const experiment = async (name: string) => (await tracking.experiments.create(actor, { name })).id;
    const events = async (id: string) =>
      (await spine.ledger.read({ limit: 1000 })).filter((event) => event.subject.id === id);

    test('a dataset is made with tags, author and links, and found again', async () => {
      const experimentId = await experiment('first');
      const made = await make('qa', { tags: { team: 'a', ünï: '✓' }, experimentIds: [experimentId], author: 'ann' });
      expect(made.id).toMatch(/^d-[0-9a-f]{32}$/);
      expect(made.digest).toMatch(/^[0-9a-f]{8}$/);
      const at = clock.now();
      expect(made).toMatchObject({ name: 'qa', tags: { team: 'a', ünï: '✓' }, fields: null, records: 0 });
      expect(made).toMatchObject({ createdAt: at, updatedAt: at, createdBy: 'ann', updatedBy: 'ann' });
      expect(await datasets.get(made.id)).toEqual(made);
      expect(await datasets.experimentIds(made.id)).toEqual([experimentId]);
      await expect(datasets.get('d-none')).rejects.toMatchObject({ code: 'not_found' });
      await expect(make('x', { experimentIds: ['none'] })).rejects.toMatchObject({ code: 'not_found' });
      for (const name of ['', 'a\nb', 'x'.repeat(501)]) {
        await expect(make(name)).rejects.toMatchObject({ code: 'invalid_input' });
      }
    });

    test('records with the same inputs are one: outputs replaced, expectations and tags added to', async () => {
      const { id, digest } = await make('merge');
      const source = { type: 'HUMAN' as const, data: { who: 'ann' } };
      const first = { inputs: { q: 1, deep: { b: 1, a: [2, { y: 1, x: 2 }] } }, source, author: 'ann' };
      expect(await datasets.merge(actor, id, [{ ...first, expectations: { e: 1 }, tags: { t: '1' } }])).toEqual({
        inserted: 1,
        updated: 0,
      });
      const before = (await all(id))[0]!;
      expect(before).toMatchObject({ outputs: {}, expectations: { e: 1 }, source, createdBy: 'ann' });
      clock.advance(1000);
      const reordered = { inputs: { deep: { a: [2, { x: 2, y: 1 }], b: 1 }, q: 1 } };
      const more: NewEvalRecord[] = [
        { ...reordered, outputs: 'said', expectations: { f: 2 }, tags: { u: '2' }, author: 'bob' },
        { ...reordered, expectations: {}, source: { type: 'CODE' } },
        { inputs: { q: 2 }, outputs: null },
        { inputs: { q: 2 }, outputs: { a: 1 } },
        { inputs: {} },
      ];
      expect(await datasets.merge(actor, id, more)).toEqual({ inserted: 2, updated: 3 });
      const [one, two, empty] = await all(id);
      expect(one).toEqual({
        ...before,
        outputs: 'said',
        expectations: { e: 1, f: 2 },
        tags: { t: '1', u: '2' },
        updatedAt: clock.now(),
        updatedBy: 'bob',
      });
      expect(two).toMatchObject({ inputs: { q: 2 }, outputs: { a: 1 }, source: null, expectations: null, tags: {} });
      expect(empty!.inputs).toEqual({});
      const dataset = await datasets.get(id);
      expect(dataset).toMatchObject({ records: 3, updatedBy: 'bob', updatedAt: clock.now() });
      expect(dataset.digest).not.toBe(digest);
      expect(dataset.fields).toEqual({
        inputs: { q: 'integer', deep: 'object' },
        outputs: 'string',
        expectations: { e: 'integer', f: 'integer' },
      });
      expect((await events(id)).map((event) => event.type)).toEqual([
        'evaluation-dataset.created',
        'evaluation-dataset.records.merged',
        'evaluation-dataset.records.merged',
      ]);
    });

    test('values come back as they went in, also those that JSON has no word for', async () => {
      const { id } = await make('lossless');
      const inputs = { big: 2n ** 70n, nan: Number.NaN, inf: -Infinity, text: '𝒳 \u2028 "\\', none: null, list: [[]] };
      await datasets.merge(actor, id, [{ inputs, outputs: [1.5, true] }]);
      await datasets.merge(actor, id, [{ inputs: structuredClone(inputs), tags: { again: 'yes' } }]);
      expect(await all(id)).toMatchObject([{ inputs, outputs: [1.5, true], tags: { again: 'yes' } }]);
      expect((await datasets.get(id)).fields).toMatchObject({
        inputs: { big: 'integer', nan: 'float', text: 'string', none: 'null', list: 'array' },
        outputs: 'array',
      });
    });

    test('many records keep their order, page by page; some are deleted', async () => {
      const { id } = await make('many');
      const records = Array.from({ length: 1200 }, (_, i) => ({ inputs: { i } }));
      expect(await datasets.merge(actor, id, records)).toEqual({ inserted: 1200, updated: 0 });
      expect(await datasets.merge(actor, id, records.slice(600))).toEqual({ inserted: 0, updated: 600 });
      const seen: unknown[] = [];
      const ids: string[] = [];
      let pageToken: string | undefined;
      do {
        const page = await datasets.records(id, { limit: 500, pageToken });
        seen.push(...page.items.map(({ inputs }) => inputs['i']));
        ids.push(...page.items.map((record) => record.id));
        pageToken = page.nextPageToken;
      } while (pageToken);
      expect(seen).toEqual(records.map(({ inputs }) => inputs.i));
      const { digest } = await datasets.get(id);
      expect(await datasets.deleteRecords(actor, id, [...ids.slice(0, 700), ids[0]!, 'dr-none'])).toBe(700);
      expect(await datasets.deleteRecords(actor, id, ids.slice(0, 5))).toBe(0);
      const after = await datasets.get(id);
      expect([after.records, (await all(id)).length, after.digest === digest]).toEqual([500, 500, false]);
      await expect(datasets.merge(actor, id, [{ inputs: 7 as never }])).rejects.toMatchObject({
        code: 'invalid_input',
      });
      await expect(datasets.merge(actor, 'd-none', [])).rejects.toMatchObject({ code: 'not_found' });
      await expect(datasets.records('d-none', { limit: 1 })).rejects.toMatchObject({ code: 'not_found' });
    });

    test('two merges at once lose nothing', async () => {
      const { id } = await make('race');
      const batch = (who: string) => Array.from({ length: 20 }, (_, i) => ({ inputs: { i }, tags: { [who]: 'x' } }));
      const done = await Promise.all(['a', 'b', 'c'].map((who) => datasets.merge(actor, id, batch(who))));
      expect(done.reduce((sum, { inserted }) => sum + inserted, 0)).toBe(20);
      expect((await datasets.get(id)).records).toBe(20);
      expect((await all(id)).every(({ tags }) => Object.keys(tags).length === 3)).toBe(true);
    });

    test('tags and links change, each change one event', async () => {
      const [one, two] = [await experiment('links-1'), await experiment('links-2')];
      const { id } = await make('tagged', { tags: { a: '1' } });
      await datasets.setTags(actor, id, { a: '1', b: '2' });
      await datasets.setTags(actor, id, { a: '3' });
      await datasets.deleteTag(actor, id, 'b');
      await datasets.deleteTag(actor, id, 'b');
      expect((await datasets.get(id)).tags).toEqual({ a: '3' });
      await datasets.link(actor, id, [one, two, one]);
      await datasets.link(actor, id, [one]);
      await expect(datasets.link(actor, id, [one, 'none'])).rejects.toMatchObject({ code: 'not_found' });
      expect((await datasets.experimentIds(id)).sort()).toEqual([one, two].sort());
      await datasets.unlink(actor, id, [one, 'never']);
      await datasets.unlink(actor, id, [one]);
      expect(await datasets.experimentIds(id)).toEqual([two]);
      expect((await events(id)).map((event) => event.type.replace('evaluation-dataset', ''))).toEqual([
        '.created',
        '-tag.changed',
        '-tag.changed',
        '-tag.changed',
        '.linked',
        '.unlinked',
      ]);
      await expect(datasets.setTags(actor, 'd-none', {})).rejects.toMatchObject({ code: 'not_found' });
      await expect(datasets.unlink(actor, 'd-none', [])).rejects.toMatchObject({ code: 'not_found' });
      await datasets.deleteTag(actor, 'd-none', 'a');
    });

    test('a search narrows by experiment and filter, orders, and pages', async () => {
      const [one, two] = [await experiment('search-1'), await experiment('search-2')];
      for (let i = 0; i < 9; i++) {
        clock.advance(i % 2);
        const tags: Record<string, string> = { third: String(i % 3), 'my key': 'v' };
        if (i === 4) tags['only'] = 'here';
        const experimentIds = i < 6 ? [one] : [one, two];
        await make(`s-${i}`, { tags, experimentIds, ...(i > 6 && { author: 'ann' }) });
      }
      const names = async (search: object) => {
        const { items } = await datasets.search({ experimentIds: [one], limit: 100, ...search });
        return items.map(({ name }) => name.slice(2)).join('');
      };
      const byName = { orderBy: ['name'] };
      expect(await names(byName)).toBe('012345678');
      expect(await names({})).toBe('876543210');
      expect(await names({ ...byName, experimentIds: [two] })).toBe('678');
      expect(await names({ ...byName, experimentIds: ['none'] })).toBe('');
      expect(await names({ ...byName, filter: "name = 's-3'" })).toBe('3');
      expect(await names({ ...byName, filter: "name LIKE 's-%' AND tags.third = '1'" })).toBe('147');
      expect(await names({ ...byName, filter: "tags.`my key` = 'v' AND NOT (tags.third != '2')" })).toBe('258');
      expect(await names({ ...byName, filter: "tags.only IS NULL AND name ILIKE 'S-_'" })).toBe('01235678');
      expect(await names({ ...byName, filter: "created_by = 'ann' OR name IN ('s-1', 's-2')" })).toBe('1278');
      expect(await names({ ...byName, filter: `created_time > ${clock.now() - 1} ` })).toBe('78');
      expect(await names({ orderBy: ['last_update_time ASC', 'name DESC'] })).toBe('021436587');
      for (const orderBy of [['name DESC'], ['created_time'], ['created_by', 'name DESC'], []]) {
        const whole = await datasets.search({ experimentIds: [one], limit: 100, orderBy });
        const paged: string[] = [];
        let pageToken: string | undefined;
        do {
          const page = await datasets.search({ experimentIds: [one], limit: 2, orderBy, pageToken });
          paged.push(...page.items.map(({ id }) => id));
          pageToken = page.nextPageToken;
        } while (pageToken);
        expect(paged).toEqual(whole.items.map(({ id }) => id));
      }
      const { nextPageToken } = await datasets.search({ limit: 1 });
      const wrong = [
        { filter: 'nonsense = 1' },
        { filter: "name ~ 'x'" },
        { orderBy: ['tags.third'] },
        { orderBy: ['name'], pageToken: nextPageToken },
        { pageToken: 'junk' },
      ];
      for (const search of wrong) {
        await expect(datasets.search({ limit: 5, ...search })).rejects.toMatchObject({
          code: expect.stringMatching(/^invalid_/),
        });
      }
    });

    test('a deleted dataset is gone with its records, tags and links', async () => {
      const { id } = await make('gone', { tags: { a: '1' }, experimentIds: [await experiment('gone')] });
      await datasets.merge(actor, id, [{ inputs: { a: 1 } }]);
      await datasets.delete(actor, id);
      await datasets.delete(actor, id);
      await expect(datasets.get(id)).rejects.toMatchObject({ code: 'not_found' });
      expect(await datasets.experimentIds(id)).toEqual([]);
      expect((await events(id)).at(-1)).toMatchObject({ type: 'evaluation-dataset.deleted', data: { records: 1 } });
    });
  });
}
