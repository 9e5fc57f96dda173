import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { backends, TestDatabase } from '../../../test/support/databases.ts';
import { createSpine, type Spine } from '../../../test/support/spine.ts';
import { type Blobs, createLocalBlobs } from '../../blobs/index.ts';
import { type Actor, systemActor } from '../../kernel/actor.ts';
import { createManualClock, type ManualClock } from '../../kernel/clock.ts';
import { createRegistry, onnxInspector, type Registry } from '../registry/index.ts';
import { smallModel } from '../registry/registry.contract.ts';
import { createTracking, type Tracking } from '../tracking/index.ts';
import { createGovernance, type EvidenceSource, type Governance } from './index.ts';

const person = (id: string): Actor => ({ ...systemActor, id, kind: 'user', name: id });
const [ada, bob, cleo, dora] = [person('ada'), person('bob'), person('cleo'), person('dora')];
const page = { limit: 100 };

/** What governance keeps on every backend. */
export function describeGovernance(backend: (typeof backends)[number]): void {
  describe(`governance on ${backend.name}`, () => {
    let opened: TestDatabase;
    let spine: Spine;
    let registry: Registry;
    let tracking: Tracking;
    let governance: Governance;
    let blobs: Blobs;
    let clock: ManualClock;
    let folder: string;
    let model: string;
    let models = 0;
    const sources: EvidenceSource[] = [];

    beforeAll(async () => {
      opened = await backend.open();
      clock = createManualClock(1_700_000_000_000);
      spine = createSpine(opened.database, clock);
      folder = await mkdtemp(join(tmpdir(), 'tidemill-governance-'));
      blobs = await createLocalBlobs(folder);
      const shared = { database: opened.database, ledger: spine.ledger, clock, blobs };
      tracking = createTracking(shared);
      registry = createRegistry({
        ...shared,
        inspector: onnxInspector,
        gate: { check: (request) => governance.gate.check(request) },
      });
      governance = createGovernance({
        ...shared,
        registry,
        tracking,
        sources,
        datasetFacts: async ({ name }) => ({
          validation: { passed: name !== 'broken', failed: name === 'broken' ? 3 : 0 },
        }),
        rolesOf: async (actor) => (actor.id === 'cleo' ? ['validator'] : []),
      });
    });
    afterAll(async () => {
      await opened.dispose();
      await rm(folder, { recursive: true, force: true });
    });
    beforeEach(async () => {
      model = `model-${++models}`;
      sources.length = 0;
      for (const gate of await governance.gates.declared()) await governance.gates.undeclare(ada, gate.name);
    });

    const code = (expected: string) => expect.objectContaining({ code: expected });
    const champion = { kind: 'alias', name: 'champion' } as const;
    const events = async (type: string) =>
      (await spine.ledger.read({ types: [type], limit: 1000 }))
        .map((e) => e.data)
        .filter((data) => data['model'] === model);

    const version = async (factor: number, metrics: Record<string, number> = { auc: 0.9 }, dataset = 'flights') => {
      const run = await tracking.runs.create(ada, { experiment: '0', params: { kind: 'gbm' } });
      await tracking.runs.log(run.id, { metrics: Object.entries(metrics).map(([key, value]) => ({ key, value })) });
      const { digest } = await blobs.put(smallModel(factor));
      const source = { runId: run.id, datasets: [{ name: dataset, versionId: 'v1' }] };
      return registry.versions.register(ada, { model, digest, source });
    };
    const declare = (spec: object) =>
      governance.gates.declare(ada, 'quality', { models: 'model-*', targets: { aliases: ['champion'] }, ...spec });
    const promote = (number: number) =>
      registry.promotions.setAlias(ada, { model, alias: 'champion', version: number });
    const request = (number: number, by = ada) =>
      governance.approvals.request(by, { model, version: number, target: champion });
    const approve = (id: string, by: Actor) =>
      governance.approvals.vote(by, id, { decision: 'approve', reason: 'fine' });

    test('a gate may demand that a scan found nothing that runs code', async () => {
      await declare({ rules: [{ id: 'scanned', expression: 'documents.scan.verdict == "safe"' }] });
      const { digest } = await blobs.put("cos\nsystem\n(S'id'\ntR.");
      await registry.versions.register(ada, { model, digest, format: 'pickle' });
      await expect(promote(1)).rejects.toEqual(code('gate_failed'));
      const forged = { name: 'scan', document: { verdict: 'safe' } };
      await expect(registry.versions.attachEvidence(ada, { model, version: 1 }, forged)).rejects.toEqual(
        code('forbidden'),
      );
      await registry.versions.registerFolder(ada, { model, format: 'mlflow', files: [], content: 'awaited' });
      await expect(promote(2)).rejects.toEqual(code('gate_failed'));
      await version(2);
      expect((await promote(3)).version.number).toBe(3);
    });

    test('gates are declared once, changed, listed and undeclared, on record', async () => {
      const rules = [{ id: 'auc', expression: 'run.metrics.auc > 0.8' }];
      const first = await declare({ rules });
      expect(await declare({ rules })).toEqual(first);
      clock.advance(1);
      const second = await declare({ rules, models: '*' });
      expect(second.digest).not.toBe(first.digest);
      expect(await governance.gates.declared()).toEqual([{ name: 'quality', spec: second.spec }]);
      expect((await governance.gates.list(page)).items).toEqual([second]);
      const types = (await spine.ledger.read({ subject: { kind: 'gate', id: 'quality' }, limit: 1000 })).map(
        (e) => e.type,
      );
      expect(types.slice(-2)).toEqual(['gate.created', 'gate.updated']);
      for (const wrong of [
        { rules: [{ id: 'a', expression: 'run.metrics.auc >' }] },
        { rules: [{ id: 'a', expression: 'nosuch.auc > 1' }] },
        { rules: [{ id: 'a', expression: '1 + 1' }] },
      ]) {
        await expect(declare(wrong)).rejects.toEqual(code('invalid_policy'));
      }
      await expect(declare({ targets: {} })).rejects.toEqual(code('invalid_input'));
      await expect(declare({ rules: [...rules, ...rules] })).rejects.toEqual(code('invalid_input'));
      await expect(declare({ typo: 1 })).rejects.toEqual(code('invalid_input'));
      await governance.gates.undeclare(ada, 'quality');
      await expect(governance.gates.undeclare(ada, 'quality')).rejects.toEqual(code('not_found'));
    });

    test('a promotion is judged on run, data and champion, and the verdict keeps what was seen', async () => {
      await declare({
        rules: [
          { id: 'auc', expression: 'run.metrics.auc >= 0.8', message: 'AUC must reach 0.8.' },
          { id: 'data', expression: 'data.all(d, d.validation.passed)' },
          { id: 'better', expression: 'champion == null || run.metrics.auc > champion.run.metrics.auc' },
          { id: 'fair', expression: 'documents.fairness.gap < 0.1', severity: 'warn' },
        ],
      });
      await version(1);
      const { verdict } = await promote(1);
      expect(verdict).toMatchObject({ outcome: 'passed' });
      expect(verdict!.rules.map((rule) => rule.outcome)).toEqual(['passed', 'passed', 'passed', 'error']);
      const kept = await governance.verdict(verdict!.id!);
      expect(kept.rules[0]!.values).toEqual({ 'run.metrics.auc': 0.9 });
      expect(kept.evidence.run).toMatchObject({ params: { kind: 'gbm' }, metrics: { auc: 0.9 } });
      expect(kept.gates).toEqual([{ name: 'quality', digest: (await governance.gates.get('quality')).digest }]);

      await version(2, { auc: 0.9 });
      await expect(promote(2)).rejects.toThrow(/quality\/better/);
      await version(3, { auc: 0.95 }, 'broken');
      await expect(promote(3)).rejects.toThrow(/quality\/data/);
      await version(4, { loss: 1 });
      await expect(promote(4)).rejects.toThrow(/quality\/auc: No such key: auc/);
      await version(5, { auc: Number.NaN });
      await expect(promote(5)).rejects.toEqual(code('gate_failed'));
      await version(6, { auc: 0.91 });
      await promote(6);
      const { items } = await governance.verdicts({ model, ...page });
      expect(items.map((one) => [one.version, one.outcome])).toEqual([
        [6, 'passed'],
        [5, 'failed'],
        [4, 'failed'],
        [3, 'failed'],
        [2, 'failed'],
        [1, 'passed'],
      ]);
      expect(items[1]!.evidence.run).toMatchObject({ metrics: { auc: Number.NaN } });
      expect(await events('gate.evaluated')).toHaveLength(6);
      const lineage = await governance.lineageOf(model, 6);
      expect(lineage.run?.metrics['auc']?.value).toBe(0.91);
      expect(lineage.datasets).toEqual([{ name: 'flights', versionId: 'v1', validation: { passed: true, failed: 0 } }]);
      expect(lineage.aliasMoves.map((move) => move.verdictId)).toEqual([items[0]!.id]);
    });

    test('a source that breaks, a run that is gone and a check without trace', async () => {
      await declare({ rules: [{ id: 'drift', expression: 'facts.drift.psi < 0.2' }] });
      await version(1);
      sources.push({
        name: 'drift',
        isVolatile: true,
        gather: async () => {
          throw new Error('monitoring is down');
        },
      });
      await expect(promote(1)).rejects.toThrow(/No such key: drift/);
      sources.length = 0;
      sources.push({ name: 'drift', isVolatile: true, gather: async () => ({ psi: 0.1 }) });
      const before = (await governance.verdicts({ model, ...page })).items.length;
      expect(await registry.promotions.check(ada, { model, version: 1, target: champion })).toMatchObject({
        outcome: 'passed',
        id: null,
      });
      expect((await governance.verdicts({ model, ...page })).items).toHaveLength(before);
      const other = { model, version: 1, target: { kind: 'alias', name: 'challenger' } as const };
      expect((await registry.promotions.check(ada, other)).outcome).toBe('unguarded');
      await declare({ rules: [{ id: 'run', expression: 'run.status == "FINISHED"' }] });
      const { source } = await registry.versions.get(model, 1);
      await tracking.runs.delete(ada, source.runId!);
      await expect(promote(1)).rejects.toEqual(code('gate_failed'));
    });

    test('two of three people approve, never who asked; then it may go', async () => {
      await declare({ approvals: { required: 2 } });
      await version(1);
      await expect(promote(1)).rejects.toThrow(/nobody has been asked/);
      const [asked] = await request(1);
      expect((await request(1, bob))[0]!.id).toBe(asked!.id);
      await expect(approve(asked!.id, ada)).rejects.toEqual(code('forbidden'));
      await expect(approve(asked!.id, systemActor)).rejects.toEqual(code('forbidden'));
      expect((await approve(asked!.id, bob)).status).toBe('pending');
      await expect(approve(asked!.id, bob)).rejects.toEqual(code('conflict'));
      await expect(promote(1)).rejects.toThrow(/1 of 2/);
      expect(await approve(asked!.id, cleo)).toMatchObject({ status: 'approved', required: 2 });
      const { verdict } = await promote(1);
      expect(verdict!.approvals).toEqual([
        { gate: 'quality', required: 2, granted: 2, requestId: asked!.id, reason: null },
      ]);
      expect((await events('approval.granted')).map((data) => data['granted'])).toEqual([1, 2]);
    });

    test('two votes at once: both count, and one too many is refused', async () => {
      await declare({ approvals: { required: 2 } });
      await version(1);
      const [asked] = await request(1);
      const votes = await Promise.allSettled([bob, cleo, dora].map((who) => approve(asked!.id, who)));
      expect(votes.filter((vote) => vote.status === 'fulfilled')).toHaveLength(2);
      expect(await governance.approvals.get(asked!.id)).toMatchObject({ status: 'approved' });
      expect((await governance.approvals.get(asked!.id)).votes).toHaveLength(2);
      const again = await Promise.all([request(1), request(1), request(1)]);
      expect(new Set(again.map(([one]) => one!.id))).toEqual(new Set([asked!.id]));
    });

    test('approvals are void when evidence, champion or gate change, and end when rejected, withdrawn or late', async () => {
      const approvals = { required: 1, expiresAfterMs: 1000 };
      await declare({ approvals });
      await version(1);
      const open = async () => {
        const [asked] = await request(1);
        await approve(asked!.id, bob);
        return asked!.id;
      };
      const statusOf = async (id: string) => (await governance.approvals.get(id)).status;

      const first = await open();
      await registry.versions.attachEvidence(ada, { model, version: 1 }, { name: 'fairness', document: { gap: 0.3 } });
      await expect(promote(1)).rejects.toThrow(/evidence changed/);
      expect(await statusOf(first)).toBe('voided');

      const second = await open();
      await declare({ approvals, description: 'another wording' });
      await expect(promote(1)).rejects.toThrow(/gate changed/);
      expect(await statusOf(second)).toBe('voided');

      const third = await open();
      clock.advance(1000);
      await expect(promote(1)).rejects.toThrow(/expired/);
      expect(await statusOf(third)).toBe('expired');

      const fourth = await open();
      await expect(governance.approvals.withdraw({ ...bob, permissions: ['gates.approve'] }, fourth)).rejects.toEqual(
        code('forbidden'),
      );
      expect((await governance.approvals.withdraw(ada, fourth, 'not yet')).status).toBe('withdrawn');
      await expect(approve(fourth, cleo)).rejects.toEqual(code('conflict'));

      const [fifth] = await request(1);
      expect(await governance.approvals.vote(bob, fifth!.id, { decision: 'reject', reason: 'unfair' })).toMatchObject({
        status: 'rejected',
        reason: 'unfair',
      });
      await expect(promote(1)).rejects.toEqual(code('approval_missing'));

      const [sixth] = await request(1);
      await tracking.runs.log((await registry.versions.get(model, 1)).source.runId!, { tags: { late: 'note' } });
      await expect(approve(sixth!.id, bob)).rejects.toThrow(/evidence changed/);
      expect(await statusOf(sixth!.id)).toBe('voided');
      expect(await events('approval.voided')).toHaveLength(3);
      expect(await events('approval.expired')).toHaveLength(1);
      const listed = await governance.approvals.list({ model, status: 'voided', limit: 2 });
      expect(listed.items).toHaveLength(2);
      const rest = await governance.approvals.list({
        model,
        status: 'voided',
        limit: 2,
        pageToken: listed.nextPageToken,
      });
      expect(rest.items.map((one) => one.id)).toEqual([first]);
    });

    test('facts that move by themselves are seen but void nothing; steady ones do', async () => {
      await declare({ approvals: { required: 1 } });
      await version(1);
      let psi = 0.1;
      let region = 'eu';
      sources.push({ name: 'drift', isVolatile: true, gather: async () => ({ psi }) });
      sources.push({ name: 'policy', isVolatile: false, gather: async () => ({ region }) });
      const [asked] = await request(1);
      psi = 0.3;
      await approve(asked!.id, bob);
      region = 'us';
      await expect(promote(1)).rejects.toThrow(/evidence changed/);
      region = 'eu';
      const [again] = await request(1);
      await approve(again!.id, bob);
      const { verdict } = await promote(1);
      expect((await governance.verdict(verdict!.id!)).evidence.facts).toEqual({
        drift: { psi: 0.3 },
        policy: { region: 'eu' },
      });
    });

    test('only whom the gate names may vote, and not who registered where it says so', async () => {
      const from = { actors: ['dora'], roles: ['validator'] };
      await declare({ approvals: { required: 2, from, trainerMayApprove: false, requesterMayApprove: true } });
      await version(1);
      const [asked] = await request(1, dora);
      await expect(approve(asked!.id, bob)).rejects.toThrow(/names others/);
      await expect(approve(asked!.id, ada)).rejects.toThrow(/registered the version/);
      await approve(asked!.id, dora);
      expect((await approve(asked!.id, cleo)).status).toBe('approved');
      await expect(request(1).then(() => governance.approvals.get('none'))).rejects.toEqual(code('not_found'));
      await governance.gates.undeclare(ada, 'quality');
      await expect(request(1)).rejects.toEqual(code('conflict'));
    });

    test('stages are guarded like aliases', async () => {
      await declare({
        targets: { stages: ['production'] },
        rules: [{ id: 'tagged', expression: 'has(version.tags.risk) && version.tags.risk == "low"' }],
      });
      await version(1);
      const change = { model, version: 1, stage: 'production' as const };
      await expect(registry.promotions.setStage(ada, change)).rejects.toThrow(/quality\/tagged/);
      await registry.versions.setTags(ada, { model, version: 1 }, { risk: 'low' });
      expect((await registry.promotions.setStage(ada, change)).version.stage).toBe('production');
      expect((await registry.promotions.setStage(ada, { ...change, stage: 'archived' })).verdict?.outcome).toBe(
        'unguarded',
      );
    });
  });
}
