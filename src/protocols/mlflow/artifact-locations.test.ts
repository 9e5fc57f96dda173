import { describe, expect, test } from 'vitest';
import {
  artifactRootOf,
  artifactUriOf,
  modelArtifactUriOf,
  placeOf,
  placeOfLocation,
  proxyPathOf,
  traceArtifactUriOf,
} from './artifact-locations.ts';

const run = 'a'.repeat(32);
const model = `m-${'b'.repeat(32)}`;
const trace = `tr-${'c'.repeat(32)}`;

describe('where files are', () => {
  test('below the root of the server, or where the experiment says', () => {
    const plain = { id: '7', artifactLocation: null };
    const own = { id: '7', artifactLocation: 'mlflow-artifacts:/teams/vision/' };
    expect(artifactRootOf(plain)).toBe('mlflow-artifacts:/7');
    expect(artifactUriOf(plain, run)).toBe(`mlflow-artifacts:/7/${run}/artifacts`);
    expect(artifactUriOf(own, run)).toBe(`mlflow-artifacts:/teams/vision/${run}/artifacts`);
    expect(modelArtifactUriOf(plain, model)).toBe(`mlflow-artifacts:/7/models/${model}/artifacts`);
    expect(traceArtifactUriOf(own, trace)).toBe(`mlflow-artifacts:/teams/vision/traces/${trace}/artifacts`);
  });

  test('and back: every location is the place of its owner', () => {
    for (const artifactLocation of [null, 'mlflow-artifacts:/x/y', 'mlflow-artifacts://host:5000/x']) {
      const experiment = { id: '7', artifactLocation };
      expect(placeOfLocation(`${artifactUriOf(experiment, run)}/m/f`)).toEqual({ owner: run, path: 'm/f' });
      expect(placeOfLocation(modelArtifactUriOf(experiment, model))).toEqual({ owner: model, path: '' });
      expect(placeOfLocation(`${traceArtifactUriOf(experiment, trace)}/t`)).toEqual({ owner: trace, path: 't' });
    }
  });

  test.each([
    ['mlflow-artifacts:/', ''],
    ['mlflow-artifacts:/a/b/', 'a/b'],
    ['mlflow-artifacts:///a', 'a'],
    ['mlflow-artifacts://host:80/a/b', 'a/b'],
    ['http://host:5000/api/2.0/mlflow-artifacts/artifacts/a/b', 'a/b'],
    ['https://host/prefix/api/2.0/mlflow-artifacts/artifacts', ''],
    ['http://host/api/2.0/mlflow-artifacts/artifacts/a?x=1', undefined],
    ['mlflow-artifacts:/a#b', undefined],
    ['mlflow-artifacts:/a?b', undefined],
    ['http://host/elsewhere', undefined],
    ['s3://bucket/a', undefined],
    ['file:///etc/passwd', undefined],
    ['/etc/passwd', undefined],
    ['', undefined],
  ])('the path of %s', (location, path) => {
    expect(proxyPathOf(location)).toBe(path);
  });

  test.each([
    [`0/${run}/artifacts`, run, ''],
    [`0/${run}/artifacts/`, run, ''],
    [`0/${run}/artifacts/model/MLmodel`, run, 'model/MLmodel'],
    [`0/${run}/artifacts/models/${model}/artifacts/x`, run, `models/${model}/artifacts/x`],
    [`0/models/${model}/artifacts/x`, model, 'x'],
    [`0/${run}/artifactsx/x`, '', `0/${run}/artifactsx/x`],
    [`0/${run.toUpperCase()}/artifacts/x`, '', `0/${run.toUpperCase()}/artifacts/x`],
    [`0/${model}/artifacts/x`, '', `0/${model}/artifacts/x`],
    ['free/file', '', 'free/file'],
    ['', '', ''],
  ])('whose %s is', (path, owner, inside) => {
    expect(placeOf(path)).toEqual({ owner, path: inside });
  });
});
