import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { backends, TestDatabase } from '../../../test/support/databases.ts';
import { createSpine, type Spine } from '../../../test/support/spine.ts';
import { type Blobs, createLocalBlobs } from '../../blobs/index.ts';
import { type Actor, systemActor } from '../../kernel/actor.ts';
import { createManualClock, type ManualClock } from '../../kernel/clock.ts';
import { Graph, ops } from '../../onnx/index.ts';
import { irisLogistic } from '../../onnx/iris-models.ts';
import {
  createRegistry,
  onnxInspector,
  type PromotionGate,
  type Registry,
  registerStep,
  type Verdict,
} from './index.ts';

const ada: Actor = { ...systemActor, id: 'ada', kind: 'user', name: 'Ada' };
const yes: Verdict = { id: 'v1', outcome: 'passed', rules: [], approvals: [], evidenceDigest: 'd' };
const page = { limit: 100 };

/** A model that adds, a different one for each number. */
export function smallModel(factor: number): Uint8Array {
  const graph = new Graph();
  const x = graph.input('x', 'float32', ['N', 2]);
  graph.output(ops.add(graph, x, graph.constantOf('float32', [1, 2], [factor, factor])), 'y', {
    type: 'float32',
    shape: ['N', 2],
  });
  return graph.build({ producerVersion: 'test' });
}

/** What the registry keeps on every backend. */
export function describeRegistry(backend: (typeof backends)[number]): void {
  describe(`registry on ${backend.name}`, () => {
    let opened: TestDatabase;
    let spine: Spine;
    let registry: Registry;
    let blobs: Blobs;
    let clock: ManualClock;
    let folder: string;
    let check: PromotionGate['check'];

    beforeAll(async () => {
      opened = await backend.open();
      clock = createManualClock(1_700_000_000_000);
      spine = createSpine(opened.database, clock);
      folder = await mkdtemp(join(tmpdir(), 'tidemill-registry-'));
      blobs = await createLocalBlobs(folder);
      check = async () => yes;
      const gate: PromotionGate = { check: (request) => check(request) };
      const { ledger } = spine;
      registry = createRegistry({ database: opened.database, ledger, clock, blobs, inspector: onnxInspector, gate });
    });
    afterAll(async () => {
      await opened.dispose();
      await rm(folder, { recursive: true, force: true });
    });

    const register = async (model: string, factor: number, more: object = {}) => {
      const { digest } = await blobs.put(smallModel(factor));
      return registry.versions.register(ada, { model, digest, ...more });
    };
    const code = (expected: string) => expect.objectContaining({ code: expected });
    const events = async (type: string) => (await spine.ledger.read({ types: [type], limit: 1000 })).map((e) => e.data);

    test('versions count up by content; the same content is the same version', async () => {
      const first = await register('counting', 1, {
        source: { runId: 'a'.repeat(32), datasets: [{ name: 'flights', versionId: 'v7' }], code: { commit: 'abc' } },
        tags: { note: 'ü'.repeat(1000) },
      });
      expect(first).toMatchObject({ number: 1, stage: 'none', format: 'onnx', createdBy: 'ada', aliases: [] });
      expect(first.signature.inputs).toEqual([{ name: 'x', type: 'float32', shape: [null, 2] }]);
      expect((await register('counting', 2)).number).toBe(2);
      expect(await register('counting', 1)).toEqual(first);
      expect((await register('other', 1)).number).toBe(1);
      expect((await registry.models.get('counting')).latestVersion).toBe(2);
      for (const ref of [1, '1', 'v1']) expect(await registry.versions.get('counting', ref)).toEqual(first);
      expect((await registry.versions.get('counting', 'latest')).number).toBe(2);
      expect(await registry.versions.byId(first.id)).toEqual(first);
      await expect(registry.versions.get('counting', 3)).rejects.toEqual(code('not_found'));
      await expect(registry.versions.get('counting', 'none')).rejects.toEqual(code('not_found'));
      await expect(registry.versions.get('nothing', 1)).rejects.toThrow(/no model 'nothing'/);
      const found = await registry.versions.list({ runId: 'a'.repeat(32), limit: 10 });
      expect(found.items.map((one) => one.model)).toEqual(['counting']);
    });

    test('registering at once gives each content one number, without gaps', async () => {
      const made = await Promise.all(Array.from({ length: 12 }, (_, i) => register('crowd', 10 + (i % 4))));
      expect(new Set(made.map((one) => one.number))).toEqual(new Set([1, 2, 3, 4]));
      expect(new Set(made.map((one) => one.id)).size).toBe(4);
    });

    test('ZipMap is dropped, columns are kept, contradictions and broken files are refused', async () => {
      const { digest } = await blobs.put(irisLogistic);
      const version = await registry.versions.register(ada, {
        model: 'iris',
        digest,
        signature: {
          inputs: [{ name: 'X', type: 'float32', shape: [null, 2], columns: ['length', 'width'] }],
          outputs: [
            { name: 'output_label', type: 'string', shape: [null] },
            { name: 'output_probability', type: 'float32', shape: [null, 3] },
          ],
        },
      });
      expect(version.registeredDigest).toBe(digest);
      expect(version.digest).not.toBe(digest);
      expect(await blobs.has(version.digest)).toBe(true);
      expect(version.signature.inputs[0]!.columns).toEqual(['length', 'width']);
      expect(version.signature.outputs[1]).toMatchObject({ name: 'output_probability', type: 'float32' });
      const wrong = [
        { name: 'x', type: 'float64', shape: [] },
        { name: 'z', type: 'float32', shape: [] },
      ];
      for (const input of wrong) {
        const signature = { inputs: [input], outputs: [{ name: 'y', type: 'float32', shape: [] }] };
        await expect(register('iris', 5, { signature })).rejects.toEqual(code('invalid_input'));
      }
      const broken = await blobs.put('not a model');
      await expect(registry.versions.register(ada, { model: 'iris', digest: broken.digest })).rejects.toEqual(
        code('invalid_model'),
      );
      const absent = registry.versions.register(ada, { model: 'iris', digest: 'f'.repeat(64) });
      await expect(absent).rejects.toEqual(code('not_found'));
      const kept = await registry.versions.register(ada, { model: 'iris', digest: broken.digest, format: 'mlflow' });
      expect(kept.signature).toEqual({ inputs: [], outputs: [] });
    });

    test('an alias moves with full history, and which version it was at a moment is known', async () => {
      for (const factor of [1, 2, 3]) await register('moving', factor);
      const at: number[] = [];
      for (const version of [1, 2, 1]) {
        clock.advance(1000);
        at.push(clock.now());
        await registry.promotions.setAlias(ada, {
          model: 'moving',
          alias: 'champion',
          version,
          reason: `to ${version}`,
        });
      }
      const same = await registry.promotions.setAlias(ada, { model: 'moving', alias: 'champion', version: 1 });
      expect(same.verdict).toBeNull();
      expect((await registry.versions.get('moving', 'champion')).aliases).toEqual(['champion']);
      expect(await registry.promotions.aliasAt('moving', 'champion', at[0]! - 1)).toBeUndefined();
      expect(await registry.promotions.aliasAt('moving', 'champion', at[1]! + 500)).toBe(2);
      expect(await registry.promotions.aliasAt('moving', 'champion', clock.now())).toBe(1);
      await expect(registry.versions.delete(ada, { model: 'moving', version: 1 })).rejects.toEqual(code('in_use'));
      await expect(registry.models.delete(ada, 'moving')).rejects.toEqual(code('in_use'));
      await registry.promotions.removeAlias(ada, { model: 'moving', alias: 'champion' });
      const again = registry.promotions.removeAlias(ada, { model: 'moving', alias: 'champion' });
      await expect(again).rejects.toEqual(code('not_found'));
      const first = await registry.promotions.aliasHistory({ model: 'moving', limit: 3 });
      const rest = await registry.promotions.aliasHistory({
        model: 'moving',
        limit: 3,
        pageToken: first.nextPageToken,
      });
      const moves = [...first.items, ...rest.items].map(({ from, to, reason, actorName }) => [
        from,
        to,
        reason,
        actorName,
      ]);
      expect(moves).toEqual([
        [1, null, '', 'Ada'],
        [2, 1, 'to 1', 'Ada'],
        [1, 2, 'to 2', 'Ada'],
        [null, 1, 'to 1', 'Ada'],
      ]);
      for (const alias of ['latest', 'v3', 'V12', 'a b', '']) {
        const move = registry.promotions.setAlias(ada, { model: 'moving', alias, version: 1 });
        await expect(move).rejects.toEqual(code('invalid_input'));
      }
    });

    test('moves at once come one after another, each judged against what it replaces', async () => {
      for (const factor of [1, 2, 3, 4, 5]) await register('race', factor);
      const seen: (number | null)[] = [];
      check = async ({ current }) => {
        seen.push(current);
        return yes;
      };
      const moves = [1, 2, 3].map((version) =>
        registry.promotions.setAlias(ada, { model: 'race', alias: 'champion', version }),
      );
      const done = await Promise.allSettled(moves);
      check = async () => yes;
      const { items } = await registry.promotions.aliasHistory({ model: 'race', limit: 100 });
      const history = items.reverse();
      expect(history.length).toBe(done.filter((one) => one.status === 'fulfilled').length);
      expect(history.map((move) => move.from)).toEqual([null, ...history.slice(0, -1).map((move) => move.to)]);
      for (const move of history) expect(seen).toContain(move.from);
      expect((await registry.models.get('race')).aliases['champion']).toBe(history.at(-1)!.to);
    });

    test('a gate that refuses, misses approvals or breaks stops the move; a bypass needs a reason and is told', async () => {
      await register('gated', 1);
      const move = { model: 'gated', alias: 'champion', version: 1 };
      const rule = {
        gate: 'g',
        rule: 'auc',
        outcome: 'failed',
        severity: 'block',
        message: 'too low',
        reason: 'auc < 0.8',
      };
      const failed = {
        ...yes,
        outcome: 'failed' as const,
        rules: [{ ...rule, values: {} } as Verdict['rules'][number]],
      };
      check = async () => failed;
      await expect(registry.promotions.setAlias(ada, move)).rejects.toMatchObject({
        code: 'gate_failed',
        message: expect.stringContaining('g/auc: auc < 0.8'),
        details: { verdict: failed },
      });
      const approvals = [{ gate: 'g', required: 2, granted: 1, requestId: 'r', reason: null }];
      check = async () => ({ ...yes, outcome: 'approval-missing', approvals });
      await expect(registry.promotions.setAlias(ada, move)).rejects.toThrow(/1 of 2/);
      const staged = { model: 'gated', version: 1, stage: 'production' as const };
      await expect(registry.promotions.setStage(ada, staged)).rejects.toEqual(code('approval_missing'));
      check = async () => {
        throw new Error('no evidence');
      };
      await expect(registry.promotions.setAlias(ada, move)).rejects.toMatchObject({ code: 'gate_failed' });
      expect((await registry.models.get('gated')).aliases).toEqual({});
      await expect(registry.promotions.setAlias(ada, { ...move, bypass: true, reason: ' ' })).rejects.toEqual(
        code('invalid_input'),
      );
      await registry.promotions.setAlias(ada, { ...move, bypass: true, reason: 'the house burns' });
      check = async () => yes;
      expect((await registry.promotions.aliasHistory({ model: 'gated', ...page })).items[0]).toMatchObject({
        bypassed: true,
        verdictId: null,
        reason: 'the house burns',
      });
      expect(await events('gate.bypassed')).toEqual([
        expect.objectContaining({ model: 'gated', reason: 'the house burns' }),
      ]);
    });

    test('stages keep their history, and others can be archived in the same commit', async () => {
      for (const factor of [1, 2]) await register('staged', factor);
      await registry.promotions.setStage(ada, { model: 'staged', version: 1, stage: 'production' });
      clock.advance(10);
      const change = { model: 'staged', version: 2, stage: 'production' as const, archiveOthers: true };
      expect((await registry.promotions.setStage(ada, change)).version.stage).toBe('production');
      expect((await registry.versions.get('staged', 1)).stage).toBe('archived');
      const { items } = await registry.promotions.stageHistory({ model: 'staged', version: 1, limit: 10 });
      expect(items.map(({ from, to }) => [from, to])).toEqual([
        ['production', 'archived'],
        ['none', 'production'],
      ]);
      expect((await registry.versions.list({ model: 'staged', stage: 'production', limit: 5 })).items).toHaveLength(1);
    });

    test('evidence keeps NaN and every document; the newest of a name counts', async () => {
      await register('proved', 1);
      const at = { model: 'proved', version: 1 };
      const document = { auc: 0.9, loss: Number.NaN, slices: [{ name: 'ü', gap: Number.NEGATIVE_INFINITY }] };
      const one = await registry.versions.attachEvidence(ada, at, { name: 'evaluation', document });
      expect(await registry.versions.attachEvidence(ada, at, { name: 'evaluation', document })).toEqual({ ...one });
      const two = await registry.versions.attachEvidence(ada, at, { name: 'evaluation', document: {} });
      expect([one.sequence, two.sequence]).toEqual([1, 2]);
      const kept = async (history: boolean) =>
        (await registry.versions.evidence(at, { history })).filter(({ name }) => name === 'evaluation');
      expect((await kept(false)).map((each) => each.sequence)).toEqual([2]);
      expect((await kept(true))[0]!.document).toEqual(document);
      const huge = { name: 'huge', document: { text: 'x'.repeat(300_000) } };
      await expect(registry.versions.attachEvidence(ada, at, huge)).rejects.toEqual(code('too_large'));
    });

    test('models and versions: tags, descriptions, renaming, deleting, bringing back', async () => {
      await registry.models.create(ada, { name: 'Kept 1', description: 'd', tags: { a: '1' } });
      await expect(registry.models.create(ada, { name: 'Kept 1' })).rejects.toEqual(code('already_exists'));
      await expect(registry.models.create(ada, { name: '../x' })).rejects.toEqual(code('invalid_input'));
      await registry.models.setTags(ada, 'Kept 1', { a: '2', b: '' });
      await registry.models.deleteTag(ada, 'Kept 1', 'b');
      const renamed = await registry.models.update(ada, 'Kept 1', { name: 'kept' });
      expect(renamed).toMatchObject({ name: 'kept', description: 'd', tags: { a: '2' } });
      await expect(registry.models.update(ada, 'kept', { name: 'counting' })).rejects.toEqual(code('already_exists'));
      const version = await register('kept', 1);
      const at = { model: 'kept', version: 1 };
      await registry.versions.setTags(ada, at, { risk: 'high' });
      expect(await registry.versions.update(ada, at, { description: 'second' })).toMatchObject({
        description: 'second',
        tags: { risk: 'high' },
      });
      await registry.versions.delete(ada, { model: 'kept', version: 1 });
      expect((await registry.versions.list({ model: 'kept', limit: 5 })).items).toEqual([]);
      await expect(registry.versions.setTags(ada, at, { a: 'b' })).rejects.toEqual(code('conflict'));
      const move = registry.promotions.setAlias(ada, { model: 'kept', alias: 'champion', version: 1 });
      await expect(move).rejects.toEqual(code('conflict'));
      expect((await register('kept', 1)).id).toBe(version.id);
      const listed = await registry.models.list({ contains: 'EPT', limit: 10 });
      expect(listed.items.map((model) => model.name)).toEqual(['kept']);
      await registry.models.delete(ada, 'kept');
      await expect(registry.models.get('kept')).rejects.toEqual(code('not_found'));
    });

    test('the step registers a file with its data, run and evaluation', async () => {
      const { digest } = await blobs.put(smallModel(99));
      const step = registerStep(registry);
      const lines: string[] = [];
      const result = await step.run({
        params: step.params.parse({ model: 'stepped' }),
        inputs: {
          model: { kind: 'file', id: digest, digest },
          train: { kind: 'dataset-version', id: 'v1', name: 'flights', digest: 'd1' },
          trackingRunId: { kind: 'value', id: 'x', value: 'b'.repeat(32) },
          evaluation: { kind: 'value', id: 'y', value: { auc: 0.7 } },
        },
        actor: ada,
        runId: 'pipeline-run',
        stepName: 'register',
        log: (line) => lines.push(line),
      });
      const version = await registry.versions.byId(result.outputs.model.id);
      expect(version.source).toEqual({
        runId: 'b'.repeat(32),
        datasets: [{ name: 'flights', versionId: 'v1', digest: 'd1' }],
        pipelineRunId: 'pipeline-run',
        stepName: 'register',
      });
      expect((await registry.versions.evidence({ model: 'stepped', version: 1 }))[0]!.document).toEqual({ auc: 0.7 });
      expect(lines).toHaveLength(1);
    });
  });
}
