import { expect, test } from 'vitest';
import { fromMlflowAddress } from './mlflow-address.ts';

test.each([
  ['#/experiments/01a1-b/runs/abc', '/runs/abc'],
  ['#/experiments/01a1-b/runs/abc/artifacts', '/runs/abc'],
  ['#/experiments/0', '/experiments?experiment=0'],
  ['#/experiments', '/experiments'],
  ['#/models/Wine%20Forest', '/models/Wine%20Forest'],
  ['#/models/m/versions/3', '/models/m?version=3'],
  ['#/compare-runs?runs=["a","b"]&experiments=["0"]', '/compare?runs=a%2Cb'],
  ['#section', undefined],
  ['', undefined],
])('the address %j is %j here', (hash, here) => expect(fromMlflowAddress(hash)).toBe(here));
