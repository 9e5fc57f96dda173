import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { rolloutRulesSchema } from '../src/domains/serving/rollout/judge-rules.ts';
import { alike, heavyTailed, type Scenario, watch } from '../test/support/judge-simulation.ts';
import { plotDelays } from './plot-delays.ts';

// `node scripts/simulate-judge.ts [rollouts]` simulates the judge over thousands of rollouts watched at every request and
// writes its false alarms and its delays into docs/rollouts.md and docs/images/judge-*.svg.

const rollouts = Number(process.argv[2] ?? 1000);
const detections = Math.max(20, Math.round(rollouts / 5));
const root = join(import.meta.dirname, '..');
const rules = rolloutRulesSchema.parse({ maxErrorRate: 0.5 });
const percent = (share: number, digits = 1) => `${(share * 100).toFixed(digits)} %`;

/** Nothing is wrong: how many rollouts are taken back all the same. */
function falseAlarms(): string {
  const shares = [0.01, 0.1, 0.5];
  const scenarios: [string, Scenario][] = [0.001, 0.01, 0.1].flatMap((rate) =>
    shares.map((share): [string, Scenario] => [
      `errors ${percent(rate)}, candidate's share ${percent(share, 0)}`,
      { ...alike, requests: 5000, errorRate: () => rate, share: () => share },
    ]),
  );
  const storm = (_: boolean, at: number) => (at > 0.4 && at < 0.6 ? 0.3 : 0.01);
  scenarios.push(
    [
      'share grows from 2 to 60 %, an outage of both arms',
      { ...alike, requests: 5000, share: (at) => 0.02 + 0.58 * at, errorRate: storm },
    ],
    ['very heavy-tailed latency', { ...alike, requests: 5000, latencyMs: heavyTailed(1, 1.5) }],
    ['labels up to 1000 requests late', { ...alike, requests: 5000, share: () => 0.3, spoilt: 0, labelDelay: 1000 }],
    ['in shadow, with labels', { ...alike, requests: 3000, shadow: true, spoilt: 0 }],
  );
  const lines = scenarios.map(([name, scenario]) => {
    let [any, naive] = [0, 0];
    const byRule = new Map<string, number>();
    for (let seed = 1; seed <= rollouts; seed++) {
      const { failedAt, naive: alarmed } = watch(scenario, rules, { seed });
      if (failedAt.size > 0) any++;
      if (alarmed) naive++;
      for (const rule of failedAt.keys()) byRule.set(rule, (byRule.get(rule) ?? 0) + 1);
    }
    const [worst, count] = [...byRule].sort((a, b) => b[1] - a[1])[0] ?? ['none', 0];
    console.error(`${name}: ${any} of ${rollouts}`);
    const cells = [name, `${percent(count / rollouts)} (${worst})`, percent(any / rollouts), percent(naive / rollouts)];
    return `| ${cells.join(' | ')} |`;
  });
  return [
    `| ${rollouts.toLocaleString('en')} rollouts of 3,000 to 5,000 requests each, nothing wrong | most by one rule | by any rule | z-test, p < 0.05 |`,
    '|---|---|---|---|',
    ...lines,
  ].join('\n');
}

interface Harm {
  title: string;
  file: string;
  rule: string;
  arms: [string, Scenario][];
}

const shares = (scenario: Scenario, list: number[]): [string, Scenario][] =>
  list.map((share) => [`${percent(share, 0)} of traffic`, { ...scenario, share: () => share }]);
const doubled = (rate: number): Scenario => ({
  ...alike,
  requests: 60_000,
  errorRate: (mine) => (mine ? 2 * rate : rate),
});
const harms: Harm[] = [
  {
    title: 'Errors doubled, from 1 % to 2 %',
    file: 'judge-errors',
    rule: 'errors',
    arms: shares(doubled(0.01), [0.05, 0.1, 0.5]),
  },
  {
    title: 'Errors doubled, from 10 % to 20 %',
    file: 'judge-many-errors',
    rule: 'errors',
    arms: shares({ ...doubled(0.1), requests: 15_000 }, [0.05, 0.1, 0.5]),
  },
  {
    title: 'Latency up by 30 %',
    file: 'judge-latency',
    rule: 'latency-margin',
    arms: shares({ ...alike, requests: 25_000, latencyMs: heavyTailed(1.3) }, [0.05, 0.1, 0.5]),
  },
  {
    title: 'Five points of accuracy lost',
    file: 'judge-quality',
    rule: 'accuracy',
    arms: [
      ['in shadow', { ...alike, requests: 4000, shadow: true, spoilt: 0.1 }],
      ...shares({ ...alike, requests: 30_000, spoilt: 0.1 }, [0.1, 0.5]),
    ],
  },
];

/** Something is wrong: how many requests it takes until the judge says so. */
function delays(): string {
  const lines: string[] = [];
  const images: string[] = [];
  for (const { title, file, rule, arms } of harms) {
    const curves = arms.map(([name, scenario]) => ({ name, most: scenario.requests, found: foundAt(scenario, rule) }));
    for (const { name, most, found } of curves) {
      const [mine, all] = [0, 1].map((at) => found.map((one) => one[at]!).sort((a, b) => a - b));
      const at = (list: number[], q: number) =>
        list[Math.ceil(q * detections) - 1]?.toLocaleString('en') ?? `over ${most.toLocaleString('en')}`;
      lines.push(`| ${title} | \`${rule}\` | ${name} | ${at(mine!, 0.5)} | ${at(all!, 0.5)} | ${at(all!, 0.9)} |`);
    }
    writeFileSync(
      join(root, 'docs/images', `${file}.svg`),
      plotDelays(
        title,
        curves.map((one) => ({ ...one, runs: detections })),
      ),
    );
    images.push(`![${title}: share of rollouts found by then](images/${file}.svg)`);
    console.error(title);
  }
  return [
    `| ${detections} rollouts each | rule | candidate | its requests, half found | all requests, half found | all requests, nine in ten |`,
    '|---|---|---|---|---|---|',
    ...lines,
    '',
    ...images,
  ].join('\n');
}

function foundAt(scenario: Scenario, rule: string): [number, number][] {
  const found: [number, number][] = [];
  for (let seed = 1; seed <= detections; seed++) {
    const { failedAt, failedAtAll } = watch(scenario, rules, { seed: seed + 50_000, until: rule });
    const at = failedAt.get(rule);
    if (at !== undefined) found.push([at, failedAtAll.get(rule)!]);
  }
  return found;
}

mkdirSync(join(root, 'docs/images'), { recursive: true });
const text = `${falseAlarms()}\n\n${delays()}`;
const page = join(root, 'docs/rollouts.md');
const [before, , after] = readFileSync(page, 'utf8').split(/<!-- (?:simulation|end of simulation) -->/);
writeFileSync(page, `${before}<!-- simulation -->\n${text}\n<!-- end of simulation -->${after}`);
