import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { scoreTrees } from '../src/domains/training/predict.ts';
import { boostDefaults, boostTrees } from '../src/domains/training/trees/boost.ts';
import { createRandom, normal } from '../src/kernel/random.ts';
import type { BenchResult } from './result.ts';

interface Sample {
  rows: number;
  columns: Float64Array[];
  target: Float64Array;
}

const features = 20;

/** 15 continuous and 5 small-integer features; the log odds have interactions, a threshold, a wave and noise. */
function generate(rows: number, seed: number): Sample {
  const random = createRandom(seed);
  const columns = Array.from({ length: features }, () => new Float64Array(rows));
  const target = new Float64Array(rows);
  for (let row = 0; row < rows; row++) {
    const x = columns.map((column, f) => {
      column[row] = Math.fround(f < 15 ? normal(random) : Math.floor(random() * (3 + 2 * (f - 15))));
      return column[row]!;
    });
    const score =
      x[0]! * x[1]! +
      Math.sin(2 * x[2]!) +
      (x[3]! > 0.5 ? x[4]! : -x[5]!) +
      0.5 * x[6]! +
      (x[15] === 1 ? x[7]! : 0) +
      0.4 * (x[16]! - 2) * (x[8]! > 0 ? 1 : -1) +
      0.3 * x[9]! * x[10]! * (x[17]! > 3 ? 1 : 0);
    target[row] = random() < 1 / (1 + Math.exp(-score)) ? 1 : 0;
  }
  return { rows, columns, target };
}

/** Area under the ROC curve by ranks, ties halved. */
function areaUnderCurve(scores: Float64Array, target: Float64Array): number {
  const order = Int32Array.from(scores.keys()).sort((a, b) => scores[a]! - scores[b]!);
  let rankSum = 0;
  let positives = 0;
  for (let start = 0; start < order.length; ) {
    let end = start;
    while (end < order.length && scores[order[end]!] === scores[order[start]!]) end++;
    for (let i = start; i < end; i++) {
      if (target[order[i]!] !== 1) continue;
      positives++;
      rankSum += (start + end + 1) / 2;
    }
    start = end;
  }
  return (rankSum - (positives * (positives + 1)) / 2) / (positives * (order.length - positives));
}

async function fitModel(training: Sample, holdout: Sample, threads: number) {
  const slots = training.columns.map((values, slot) => ({ slot, values, codes: 0 }));
  const data = { slots, target: training.target, weights: null };
  const params = { ...boostDefaults, threads };
  const startedAt = performance.now();
  const model = await boostTrees({ task: 'binary', classes: 2, training: data, params });
  const seconds = (performance.now() - startedAt) / 1000;
  const blocks = holdout.columns.map((values, slot) => ({ kind: 'dense' as const, slot, values }));
  return { model, seconds, auc: areaUnderCurve(scoreTrees(model, blocks, holdout.rows), holdout.target) };
}

const script = `
import os, sys, time
os.environ['OMP_NUM_THREADS'] = os.environ['OPENBLAS_NUM_THREADS'] = '1'
import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.metrics import roc_auc_score
folder, rows, held = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
data = np.fromfile(folder + '/data.f64').reshape(21, rows + held).T
x, y = np.ascontiguousarray(data[:, :20]), data[:, 20]
model = HistGradientBoostingClassifier(max_iter=100, max_leaf_nodes=31, early_stopping=False, random_state=0)
start = time.perf_counter()
model.fit(x[:rows], y[:rows])
print(time.perf_counter() - start, roc_auc_score(y[rows:], model.predict_proba(x[rows:])[:, 1]))
`;

/** The same data, one thread, in scikit-learn; null where Python has none. */
function fitReference(training: Sample, holdout: Sample): { seconds: number; auc: number } | null {
  const folder = mkdtempSync(join(tmpdir(), 'tidemill-bench-'));
  try {
    const columns = [...training.columns, training.target].map((column, f) =>
      Buffer.concat([Buffer.from(column.buffer), Buffer.from((holdout.columns[f] ?? holdout.target).buffer)]),
    );
    writeFileSync(join(folder, 'data.f64'), Buffer.concat(columns));
    writeFileSync(join(folder, 'fit.py'), script);
    const args = [join(folder, 'fit.py'), folder, String(training.rows), String(holdout.rows)];
    const [seconds, auc] = execFileSync('python3', args, { encoding: 'utf8', stdio: 'pipe' }).trim().split(' ');
    return { seconds: Number(seconds), auc: Number(auc) };
  } catch {
    return null;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Median of three: other work on the machine should not decide. */
async function medianFit(training: Sample, holdout: Sample, threads: number) {
  const fits = [];
  for (let i = 0; i < 3; i++) fits.push(await fitModel(training, holdout, threads));
  return fits.sort((a, b) => a.seconds - b.seconds)[1]!;
}

/** Gradient boosting, 100,000 × 20, 100 trees of 31 leaves, one thread and two, against scikit-learn on one. */
export default async function train(): Promise<BenchResult> {
  const training = generate(100_000, 1);
  const holdout = generate(20_000, 2);
  await fitModel(generate(5_000, 3), holdout, 1);
  const one = await medianFit(training, holdout, 1);
  const two = await medianFit(training, holdout, 2);
  const reference = fitReference(training, holdout);
  const figures: BenchResult['figures'] = [
    { label: 'fit, one thread', value: one.seconds, unit: 's', goal: '<= 3 s' },
    {
      label: 'fit, two threads',
      value: two.seconds,
      unit: 's',
      ratio: `${(one.seconds / two.seconds).toFixed(2)}x the speed of one`,
    },
    { label: 'AUC on 20,000 held-out rows', value: one.auc, unit: '' },
    { label: 'AUC, two threads', value: two.auc, unit: '', goal: 'the same' },
  ];
  if (reference !== null) {
    const ratio = `${(one.seconds / reference.seconds).toFixed(2)}x its time`;
    figures.push({ label: 'scikit-learn, one thread', value: reference.seconds, unit: 's', ratio });
    figures.push({ label: 'AUC less scikit-learn', value: one.auc - reference.auc, unit: '', goal: '>= -0.002' });
  }
  return { name: 'train', figures };
}

if (import.meta.main) {
  const result = await train();
  for (const { label, value, unit, goal = '', ratio = '' } of result.figures) {
    process.stdout.write(`${label.padEnd(32)} ${value.toFixed(4)} ${unit}  ${goal} ${ratio}\n`);
  }
}
