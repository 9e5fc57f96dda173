import { performance } from 'node:perf_hooks';
import { compareColumn, correctAll } from '../src/domains/monitoring/drift/compare.ts';
import { driftMethods } from '../src/domains/monitoring/drift/result.ts';
import { type Column, prepare } from '../src/domains/monitoring/drift/sample.ts';
import type { BenchResult } from './result.ts';

const rows = 1_000_000;
const numericColumns = 15;
const categoryColumns = 5;
const numericMethods = driftMethods.filter((method) => !['chisquare', 'chisquare-contingency', 'z'].includes(method));
const categoryMethods = driftMethods.filter((method) => !['ks', 'wasserstein', 'z'].includes(method));

/** One side's column; uniform, exponential and bell-shaped ones take turns. */
function makeColumn(place: number, shift: number): Column {
  let state = 12345 + place * 7919 + Math.round(shift * 1000);
  const u = () => {
    state = (48271 * state) % 2147483647;
    return state / 2147483647;
  };
  if (place >= numericColumns) {
    const categories = Array.from({ length: 12 }, (_, i) => `category ${i}`);
    return {
      type: 'category',
      categories,
      codes: Int32Array.from({ length: rows }, () => Math.floor(u() ** (1 + shift) * 12)),
    };
  }
  const draw = [u, () => -Math.log(u()), () => Math.sqrt(-2 * Math.log(u())) * Math.cos(2 * Math.PI * u())][place % 3]!;
  return { type: 'numeric', values: Float64Array.from({ length: rows }, () => draw() + shift), nulls: 0 };
}

const seconds = (since: number) => (performance.now() - since) / 1000;
const megabytes = (bytes: number) => bytes / 2 ** 20;

/** All drift tests on 1 M + 1 M rows of 20 columns, against the bare sorting of the same arrays. */
export default async function drift(): Promise<BenchResult> {
  const count = numericColumns + categoryColumns;
  const reference = Array.from({ length: count }, (_, place) => makeColumn(place, 0));
  const current = Array.from({ length: count }, (_, place) => makeColumn(place, 0.02));
  const data = megabytes(process.memoryUsage().rss);

  let started = performance.now();
  for (const column of [...reference, ...current]) if (column.type === 'numeric') column.values.slice().sort();
  const sorting = seconds(started);

  let peak = 0;
  let tests = 0;
  started = performance.now();
  const results = reference.flatMap((before, place) => {
    const sides = { column: `c${place}`, reference: prepare(before), current: prepare(current[place]!) };
    const methods = before.type === 'numeric' ? numericMethods : categoryMethods;
    const found = methods.map((method) => compareColumn({ ...sides, method }));
    peak = Math.max(peak, process.memoryUsage().rss);
    tests += found.length;
    return found;
  });
  correctAll(results);
  const all = seconds(started);

  started = performance.now();
  for (const [place, before] of reference.entries()) {
    compareColumn({ column: `c${place}`, reference: prepare(before), current: prepare(current[place]!) });
  }
  const auto = seconds(started);
  return {
    name: 'drift',
    figures: [
      {
        label: `all ${tests} tests, 1 M + 1 M rows x ${count} columns`,
        value: all,
        unit: 's',
        goal: '<= 10 s',
        ratio: `${(all / sorting).toFixed(1)}x a bare sort`,
      },
      { label: 'bare sort of the same numeric arrays', value: sorting, unit: 's' },
      { label: 'the automatic method of every column', value: auto, unit: 's' },
      { label: 'peak memory (data included)', value: megabytes(peak), unit: 'MB', goal: '<= 1536 MB' },
      { label: 'memory of the data alone', value: data, unit: 'MB' },
    ],
  };
}

if (import.meta.main) console.log(JSON.stringify(await drift(), undefined, 2));
