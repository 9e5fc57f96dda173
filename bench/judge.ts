import { newChunk, writeId } from '../src/domains/serving/log/log-chunk.ts';
import { chunkSource } from '../src/domains/serving/log/log-sources.ts';
import type { UnreadRows } from '../src/domains/serving/log/rows-since.ts';
import { foldRequest } from '../src/domains/serving/rollout/judge-fold.ts';
import { rolloutRulesSchema } from '../src/domains/serving/rollout/judge-rules.ts';
import { newJudgeState } from '../src/domains/serving/rollout/judge-state.ts';
import { judgedRequests } from '../src/domains/serving/rollout/judged-rows.ts';
import { verdictOf } from '../src/domains/serving/rollout/verdict.ts';
import { createRandom, normal } from '../src/kernel/random.ts';
import type { BenchResult } from './result.ts';

const rows = 400_000;
const versions = { candidate: 2, champion: 1 };
const random = createRandom(7);

/** Answers of one version as the log keeps them in memory. */
function logged(version: number, count: number, shadow: boolean): UnreadRows {
  const outputs = { numbers: ['label', 'probabilities.0', 'probabilities.1'], strings: [] };
  const source = {
    ...{ endpoint: 'bench', model: 'bench', version, variant: version === 2 ? 'candidate' : 'champion', shadow },
    ...{ features: { numbers: [], strings: [] }, outputs, score: 'probabilities.1' },
    ...{ probabilities: ['probabilities.0', 'probabilities.1'], classes: ['0', '1'] },
  };
  const chunk = newChunk(source, count);
  const propensity = shadow ? 1 : version === 2 ? 0.1 : 0.9;
  for (let row = 0; row < count; row++) {
    writeId(chunk, `0197f3c0-7d1e-7a55-b1d2-${(row + (shadow ? 0 : version * 1e9)).toString(16).padStart(12, '0')}`, {
      row,
      rows: 1,
    });
    chunk.loggedAt[row] = Math.floor((row * rows) / count / 10);
    chunk.latencyMs[row] = 5 * Math.exp(0.5 * normal(random));
    chunk.code[row] = random() < 0.01 ? 500 : 200;
    chunk.propensity[row] = propensity;
    const score = random();
    chunk.outputNumbers.set([score > 0.5 ? 1 : 0, 1 - score, score], row * 3);
  }
  return { source: chunkSource(chunk), from: 0, to: count };
}

/** The judge over answers of a canary of one tenth: CPU a row, and the size of what it keeps. */
export default async function run(): Promise<BenchResult> {
  const rules = rolloutRulesSchema.parse({});
  const unread = [logged(1, rows * 0.9, false), logged(2, rows * 0.1, false)];
  judgedRequests([logged(1, 20_000, false)], versions, 0);
  const state = newJudgeState(rules);
  const readFrom = process.cpuUsage();
  const requests = judgedRequests(unread, versions, 0);
  const read = process.cpuUsage(readFrom);
  const foldFrom = process.cpuUsage();
  for (const request of requests) foldRequest(state, request, rules);
  const folded = process.cpuUsage(foldFrom);
  const micros = ({ user, system }: NodeJS.CpuUsage, n: number) => (user + system) / n;
  const looks = 200;
  const verdictFrom = process.cpuUsage();
  for (let look = 0; look < looks; look++) verdictOf(state, rules, { now: look, step: 0 });
  const verdict = process.cpuUsage(verdictFrom);
  return {
    name: 'judge',
    figures: [
      {
        label: `read ${rows.toLocaleString('en')} logged rows as requests`,
        value: micros(read, rows),
        unit: 'µs CPU a row',
      },
      { label: 'fold a request', value: micros(folded, rows), unit: 'µs CPU', goal: '<= 5 µs' },
      { label: 'a verdict with its comparison', value: micros(verdict, looks) / 1000, unit: 'ms CPU' },
      { label: 'what the judge keeps', value: JSON.stringify(state).length / 1000, unit: 'kB', goal: '<= 50 kB' },
    ],
  };
}
