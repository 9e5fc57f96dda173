import { Readable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { TidemillError } from '../../kernel/errors.ts';
import type { ModelVersion } from '../registry/index.ts';
import { profileReference } from '../training/index.ts';
import { evaluateDrift } from './evaluate-drift.ts';
import { MonitorSpec } from './schema.ts';
import { createProfileSource, toReference } from './stored-profile.ts';

const rows = 500;
const profile = profileReference({
  task: 'binary',
  target: 'late',
  classes: ['no', 'yes'],
  seed: 1,
  features: {
    rows,
    columns: [
      {
        name: 'distance',
        kind: 'numeric',
        values: Float64Array.from({ length: rows }, (_, i) => (i % 50 ? i : Number.NaN)),
      },
      {
        name: 'carrier',
        kind: 'categorical',
        codes: Int32Array.from({ length: rows }, (_, i) => (i % 3) - 1),
        valueType: 'string',
        levels: ['AA', 'BB'],
      },
    ],
  },
  prediction: {
    rows,
    width: 2,
    values: Float64Array.from({ length: rows * 2 }, (_, i) => (i % 2 ? (i >> 1) / rows : 1 - (i >> 1) / rows)),
  },
  truth: Float64Array.from({ length: rows }, (_, i) => (i > 250 ? 1 : 0)),
});

describe("training's profile", () => {
  test('becomes the reference: features, score, truth and the positive class', () => {
    const reference = toReference(JSON.parse(JSON.stringify(profile)), 'profile');
    expect(reference).toMatchObject({ task: 'binary', positive: 'yes' });
    expect(reference.features['distance']).toMatchObject({ type: 'numeric', nulls: 10 });
    expect(reference.features['carrier']).toMatchObject({ type: 'category', categories: ['AA', 'BB'] });
    expect(Object.keys(reference.outputs)).toEqual(['score', 'label']);
    expect(reference.score).toHaveLength(rows);
    expect(reference.score[100]).toBeCloseTo(0.2, 12);
    expect(reference.truth.reduce((sum, value) => sum + value, 0)).toBe(249);
  });

  test('shows no drift against itself', async () => {
    const reference = toReference(profile, 'profile');
    const index = Int32Array.from({ length: rows }, (_, i) => i);
    const distance = reference.features['distance'] as { values: Float64Array };
    const carrier = profile.features[1]!.sample as (string | null)[];
    const from = {
      features: { distance: { type: 'number', values: distance.values }, carrier: { type: 'string', values: carrier } },
      outputs: {},
      score: reference.score,
    } as unknown as Parameters<typeof evaluateDrift>[1]['from'];
    const spec = { endpoint: 'e', window: { by: 'time' as const, sizeMs: 1 } };
    for (const kind of ['drift', 'prediction-drift'] as const) {
      const window = { model: 'm', version: 1, index, from };
      const found = await evaluateDrift(MonitorSpec.parse({ ...spec, kind, correction: 'bh' }), window, reference);
      expect(found).toMatchObject({ status: 'ok', pressure: 0 });
    }
  });

  test('is refused when it is another document', () => {
    expect(() => toReference({ format: 'other' }, 'profile of m')).toThrow(/profile of m is not a reference profile/);
  });
});

describe('where it is looked for', () => {
  const version = (runId?: string) => ({ model: 'm', number: 3, source: { runId } }) as ModelVersion;
  const sources = (found: { runId?: string; evidence?: object; artifact?: boolean }) => ({
    registry: {
      versions: {
        get: async () => version(found.runId),
        evidence: async () =>
          (found.evidence ? [{ name: 'reference-profile', document: found.evidence }] : []) as never,
      },
    },
    tracking: {
      runs: {
        artifacts: {
          open: async () => {
            if (!found.artifact) throw new TidemillError('not_found', 'There is no such artifact.');
            return { stream: Readable.from(JSON.stringify(profile)) } as never;
          },
        },
      },
    },
    blobs: { read: async () => Buffer.from(JSON.stringify(profile)) },
  });

  test('in the blob that evidence names, then among the run’s artifacts, else nowhere', async () => {
    const label = 'training profile of m version 3';
    const byEvidence = createProfileSource(sources({ evidence: { digest: 'ab' } }));
    expect(await byEvidence.profile('m', 3)).toMatchObject({ label });
    const byRun = createProfileSource(sources({ runId: 'r', artifact: true }));
    expect(await byRun.profile('m', 3)).toMatchObject({ label });
    expect(await createProfileSource(sources({ runId: 'r' })).profile('m', 3)).toBeUndefined();
    expect(await createProfileSource(sources({})).profile('m', 3)).toBeUndefined();
  });
});
