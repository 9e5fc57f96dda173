import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { backends, TestDatabase } from '../../../test/support/databases.ts';
import { createSpine } from '../../../test/support/spine.ts';
import { createLocalBlobs } from '../../blobs/index.ts';
import { systemActor as actor } from '../../kernel/actor.ts';
import { createManualClock } from '../../kernel/clock.ts';
import { createTracking, type Tracking } from '../tracking/index.ts';
import { createTraces, type NewTrace, type Span, type SpanReport, type Traces } from './index.ts';

const ms = 1_000_000n;
const start = 1_780_000_000_000;

/** A span that starts and ends so many milliseconds after the start. */
function span(id: number, from: number, to: number | null, more: Partial<Span> = {}): Span {
  return {
    id: id.toString(16).padStart(16, '0'),
    parentId: id === 1 ? null : '0000000000000001',
    name: `step-${id}`,
    type: 'TOOL',
    status: 'ok',
    statusMessage: '',
    startNs: BigInt(start + from) * ms + 123n,
    endNs: to === null ? null : BigInt(start + to) * ms,
    attributes: {},
    events: [],
    links: [],
    ...more,
  };
}

const report = (traceId: string, spans: Span[], more: Partial<SpanReport> = {}): SpanReport => ({
  traceId,
  spans,
  tags: {},
  metadata: {},
  ...more,
});

/** What traces keep, on every database. */
export function describeTraces(backend: (typeof backends)[number]): void {
  describe(`traces on ${backend.name}`, () => {
    let opened: TestDatabase;
    let folder: string;
    let tracking: Tracking;
    let traces: Traces;
    let deps: Parameters<typeof createTraces>[0];
    let events: () => Promise<string[]>;
    const clock = createManualClock(start);

    beforeAll(async () => {
      opened = await backend.open();
      folder = await mkdtemp(join(tmpdir(), 'tidemill-traces-'));
      const { database } = opened;
      const { ledger } = createSpine(database, clock);
      const blobs = await createLocalBlobs(folder);
      tracking = createTracking({ database, ledger, clock, blobs });
      deps = { database, ledger, clock, tracking };
      traces = createTraces(deps);
      const db = database.query.withTables<{ ledger_event: { type: string; position: number } }>();
      events = async () =>
        (await db.selectFrom('ledger_event').select('type').orderBy('position').execute()).map(({ type }) => type);
    });
    afterAll(async () => {
      await opened.dispose();
      await rm(folder, { recursive: true });
    });

    let count = 0;
    const experimentOf = async () => (await tracking.experiments.ensure(actor, `e${count++}`)).id;
    const told = (id: string, experiment: string, more: Partial<NewTrace> = {}) =>
      traces.describe({ id, experiment, requestedAt: start, state: 'ok', ...more });
    const found = async (experiment: string, filter: string, orderBy: string[] = []) =>
      (await traces.search({ experiments: [experiment], filter, orderBy })).items.map(({ id }) => id);

    test('spans arrive in any order and more than once; the trace follows them', async () => {
      const experiment = await experimentOf();
      const child = span(2, 10, 20, { attributes: { n: 1n, f: 1, big: 2n ** 62n, list: [1n, 2.5, null, 'é\u2603'] } });
      await traces.record({ experiment }, [report('tr-a', [child])]);
      expect(await traces.get('tr-a')).toMatchObject({ state: 'in_progress', requestedAt: start + 10, durationMs: 10 });
      const root = span(1, 0, 50, { status: 'error', statusMessage: 'boom' });
      const more = { name: 'whole', requestPreview: 'in', tags: { 'service.name': 'shop' } };
      await traces.record({ experiment }, [report('tr-a', [root, child], more)]);
      await traces.record({ experiment }, [report('tr-a', [root], { name: 'other', requestPreview: 'no' })]);
      expect(await traces.get('tr-a')).toMatchObject({
        ...{ experimentId: experiment, name: 'whole', state: 'error', requestedAt: start, durationMs: 50, spans: 2 },
        ...{ requestPreview: 'in', responsePreview: null, tags: { 'service.name': 'shop' } },
      });
      expect((await traces.spans(['tr-a', 'tr-none'])).get('tr-a')).toEqual([root, child]);
    });

    test('a late report of a start does not open a span again', async () => {
      const experiment = await experimentOf();
      await traces.record({ experiment }, [report('tr-late', [span(1, 0, 5)])]);
      await traces.record({ experiment }, [report('tr-late', [span(1, 0, null)])]);
      expect((await traces.spans(['tr-late'])).get('tr-late')![0]!.endNs).toBe(BigInt(start + 5) * ms);
    });

    test('what a client says of the whole outweighs the spans, whichever comes first', async () => {
      const experiment = await experimentOf();
      const said = { durationMs: 7, clientRequestId: 'c', tags: { a: '1' }, metadata: { m: 'x' }, name: 'said' };
      for (const [id, order] of [
        ['tr-first', 'said'],
        ['tr-last', 'spans'],
      ] as const) {
        if (order === 'said') await told(id, experiment, said);
        await traces.record({ experiment }, [report(id, [span(1, 100, 900)], { metadata: { m: 'y', k: 'z' } })]);
        if (order === 'spans') await told(id, experiment, said);
        expect(await traces.get(id)).toMatchObject({
          ...{
            requestedAt: start,
            durationMs: 7,
            name: 'said',
            spans: 1,
            tags: { a: '1' },
            metadata: { m: 'x', k: 'z' },
          },
        });
      }
    });

    test('a deleted experiment takes no traces, an unknown one neither', async () => {
      const experiment = await experimentOf();
      await tracking.experiments.delete(actor, experiment);
      await expect(told('tr-x', experiment)).rejects.toMatchObject({ code: 'conflict' });
      await expect(traces.record({ experiment: 'none' }, [report('tr-x', [span(1, 0, 1)])])).rejects.toMatchObject({
        code: 'not_found',
      });
      await expect(told('tr x', experiment)).rejects.toMatchObject({ code: 'invalid_input' });
    });

    test('traces are found by every sort of field', async () => {
      const experiment = await experimentOf();
      const run = await tracking.runs.create(actor, { experiment });
      await told('tr-1', experiment, {
        name: 'alpha',
        tags: { team: 'blue' },
        metadata: { session: 's' },
        durationMs: 5,
      });
      await told('tr-2', experiment, { name: 'beta', state: 'error', requestedAt: start + 1, clientRequestId: 'c-2' });
      const llm = span(2, 1, 2, {
        name: 'ask',
        type: 'LLM',
        attributes: { model: 'm-1', tokens: 12n, note: 'gr\u00fcn' },
      });
      await traces.record({ experiment }, [report('tr-1', [span(1, 0, 5), llm])]);
      await traces.linkToRun(run.id, ['tr-2', 'tr-none']);
      await traces.linkPrompts('tr-1', ['greet/1', 'greet/1']);
      const assess = { traceId: 'tr-1', source: { kind: 'human' } } as const;
      await traces.assessments.create(actor, { ...assess, kind: 'feedback', name: 'quality', value: 0.5 });
      await traces.assessments.create(actor, { ...assess, kind: 'feedback', name: 'right', value: true });
      await traces.assessments.create(actor, { ...assess, kind: 'expectation', name: 'says', value: 'yes' });
      await traces.assessments.create(actor, { ...assess, kind: 'issue', name: 'i-1', value: 'slow' });
      const cases: [string, string[]][] = [
        ["status = 'ERROR'", ['tr-2']],
        ["name LIKE 'al%' or client_request_id = 'c-2'", ['tr-2', 'tr-1']],
        [`timestamp_ms >= ${start + 1}`, ['tr-2']],
        ['execution_time_ms < 10', ['tr-1']],
        ['execution_time_ms is null', ['tr-2']],
        [`end_time = ${start + 5}`, ['tr-1']],
        ["tags.team = 'blue' and metadata.session = 's'", ['tr-1']],
        ['tags.team is null', ['tr-2']],
        [`run_id = '${run.id}'`, ['tr-2']],
        ["prompt = 'greet/1'", ['tr-1']],
        ["span.name = 'ask' and span.type = 'LLM'", ['tr-1']],
        ["span.name = 'ask' and span.type = 'TOOL'", []],
        ["span.attributes.tokens = '12'", ['tr-1']],
        ["span.attributes.`model` like 'm-%' and span.status = 'OK'", ['tr-1']],
        ["not span.type = 'LLM'", ['tr-2']],
        ["text like '%gr\u00fcn%'", ['tr-1']],
        ['feedback.quality >= 0.5', ['tr-1']],
        ['feedback.quality > 0.5', []],
        ["feedback.right = true and expectation.says = 'yes' and issue.id = 'i-1'", ['tr-1']],
        ['feedback.quality is null', ['tr-2']],
        ["name RLIKE '^a.*a$' and tags.team rlike 'l(u|x)+e'", ['tr-1']],
        ["span.attributes.model RLIKE '^m-[0-9]{1,3}$' and not name rlike 'b'", ['tr-1']],
        ["span.attributes.note rlike 'gr\u00fc.$' and expectation.says rlike '^[^n]'", ['tr-1']],
        ["request_id in ('tr-1', 'tr-9')", ['tr-1']],
      ];
      for (const [filter, ids] of cases) expect.soft([filter, await found(experiment, filter)]).toEqual([filter, ids]);
      for (const wrong of [
        "status = 'FINE'",
        'span.colour = 1',
        "feedback.quality > 'x'",
        'nope = 1',
        "issue.name = 'x'",
      ]) {
        await expect(found(experiment, wrong)).rejects.toMatchObject({ code: 'invalid_query' });
      }
      const filters = [[''], ["status = 'OK'"], ["status = 'OK'", 'execution_time_ms < 10']];
      expect(await traces.count([experiment], filters)).toEqual([2, 1, 1]);
    });

    test('pages go on where the last ended, in any order, also over several experiments', async () => {
      const experiments = [await experimentOf(), await experimentOf()];
      const all: string[] = [];
      for (let i = 0; i < 12; i++) {
        const id = `tr-p${String(i).padStart(2, '0')}`;
        all.push(id);
        const durationMs = i % 3 === 0 ? null : i % 4;
        await told(id, experiments[i % 2]!, {
          requestedAt: start + (i >> 1),
          durationMs,
          tags: i % 2 ? {} : { t: `v${i}` },
        });
      }
      for (const orderBy of [
        [],
        ['timestamp_ms asc'],
        ['execution_time_ms desc'],
        ['tags.t asc', 'name desc'],
        ['end_time desc'],
      ]) {
        const whole = (await traces.search({ experiments, orderBy })).items.map(({ id }) => id);
        expect([...whole].sort()).toEqual(all);
        const paged: string[] = [];
        for (let pageToken: string | undefined; ; ) {
          const page = await traces.search({ experiments, orderBy, limit: 5, pageToken });
          paged.push(...page.items.map(({ id }) => id));
          pageToken = page.nextPageToken;
          if (pageToken === undefined) break;
        }
        expect(paged).toEqual(whole);
      }
      const { nextPageToken } = await traces.search({ experiments, limit: 5 });
      await expect(
        traces.search({ experiments, limit: 5, pageToken: nextPageToken, filter: "name = 'x'" }),
      ).rejects.toMatchObject({ code: 'invalid_page_token' });
    });

    test('an assessment that overrides another replaces it until it goes; each step is an event', async () => {
      const experiment = await experimentOf();
      await told('tr-as', experiment);
      const before = (await events()).length;
      const human = { traceId: 'tr-as', kind: 'feedback', name: 'q', source: { kind: 'human', id: 'me' } } as const;
      const first = await traces.assessments.create(actor, {
        ...human,
        value: { deep: [1, 'x'] },
        metadata: { a: '1' },
      });
      const second = await traces.assessments.create(actor, { ...human, value: 2, overrides: first.id });
      expect((await traces.get('tr-as')).assessments.map(({ isValid }) => isValid)).toEqual([false, true]);
      clock.advance(10);
      const place = { traceId: 'tr-as', id: second.id };
      const changed = await traces.assessments.update(actor, {
        ...place,
        value: 3,
        rationale: 'why',
        metadata: { b: '2' },
      });
      expect(changed).toMatchObject({ value: 3, rationale: 'why', metadata: { b: '2' }, updatedAt: clock.now() });
      expect(await traces.assessments.get(place)).toEqual(changed);
      await expect(traces.assessments.update(actor, { ...place, kind: 'expectation', value: 1 })).rejects.toMatchObject(
        {
          message: 'Cannot update expectation value on a Feedback assessment.',
        },
      );
      await traces.assessments.delete(actor, place);
      await traces.assessments.delete(actor, place);
      expect(await traces.get('tr-as')).toMatchObject({ assessments: [{ ...first, isValid: true }] });
      await expect(traces.assessments.create(actor, { ...human, value: 1, overrides: 'a-none' })).rejects.toMatchObject(
        {
          code: 'not_found',
        },
      );
      expect((await events()).slice(before).map((type) => type.replace('assessment.', ''))).toEqual([
        ...['created', 'created', 'updated', 'deleted'],
      ]);
    });

    test('traces are deleted by id, or the oldest up to a time, with all that belongs to them', async () => {
      const [experiment, other] = [await experimentOf(), await experimentOf()];
      for (let i = 0; i < 5; i++) await told(`tr-d${i}`, experiment, { requestedAt: start + i, tags: { a: 'b' } });
      await traces.record({ experiment }, [report('tr-d0', [span(1, 0, 1, { attributes: { a: 'b' } })])]);
      await tracking.artifacts.put('tr-d0', 'traces.json', Buffer.from('{}'));
      expect(await traces.delete(actor, { experiment: other, ids: ['tr-d0'] })).toBe(0);
      expect(await traces.delete(actor, { experiment, upTo: start + 3, most: 2 })).toBe(2);
      expect(await tracking.artifacts.stat('tr-d0', 'traces.json')).toBeUndefined();
      expect(await found(experiment, '')).toEqual(['tr-d4', 'tr-d3', 'tr-d2']);
      expect(await traces.delete(actor, { experiment, ids: ['tr-d4', 'tr-none'] })).toBe(1);
      expect(await traces.delete(actor, { experiment, upTo: start + 100 })).toBe(2);
      await expect(traces.delete(actor, { experiment })).rejects.toMatchObject({ code: 'invalid_input' });
      await told('tr-d0', experiment);
      expect(await traces.get('tr-d0')).toMatchObject({ spans: 0, tags: {} });
    });

    test('a trace stays where its files cannot be deleted', async () => {
      const experiment = await experimentOf();
      await told('tr-stays', experiment);
      const artifacts = { ...tracking.artifacts, delete: () => Promise.reject(new Error('no')) };
      const failing = createTraces({ ...deps, tracking: { ...tracking, artifacts } });
      await expect(failing.delete(actor, { experiment, ids: ['tr-stays'] })).rejects.toThrow('no');
      expect(await found(experiment, '')).toEqual(['tr-stays']);
    });

    test('tags and names change; a tag that is not there cannot go', async () => {
      const experiment = await experimentOf();
      await told('tr-t', experiment, { name: 'n' });
      await traces.setTags('tr-t', { a: '1\0', b: 'x'.repeat(9000) });
      await traces.rename('tr-t', null);
      const { tags, name } = await traces.get('tr-t');
      expect([tags['a'], tags['b']!.length, name]).toEqual(['1', 8000, null]);
      await traces.deleteTag('tr-t', 'a');
      await expect(traces.deleteTag('tr-t', 'a')).rejects.toMatchObject({ code: 'not_found' });
      await expect(traces.setTags('tr-none', { a: '1' })).rejects.toMatchObject({ code: 'not_found' });
      await traces.end('tr-t', { endedAt: start + 9, state: 'error', tags: { c: '2' } });
      expect(await traces.get('tr-t')).toMatchObject({ durationMs: 9, state: 'error', tags: { c: '2' } });
    });

    test('many reporters of one trace at once lose nothing', async () => {
      const experiment = await experimentOf();
      const parts = Array.from({ length: 12 }, (_, i) => [report('tr-many', [span(i + 1, i, i + 1)])]);
      await Promise.all([...parts.map((part) => traces.record({ experiment }, part)), told('tr-many', experiment)]);
      expect(await traces.get('tr-many')).toMatchObject({ spans: 12, requestedAt: start });
    });
  });
}
