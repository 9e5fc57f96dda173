import type { Client } from '@tidemill/sdk';
import { auc, quantile } from './figures.ts';
import type { Answered } from './replay.ts';

/** What happened, every number from the run. */
export interface Outcome {
  datasetVersions: number;
  quarantinedRows: number;
  runs: number;
  champion: { before: number; after: number };
  driftAlerts: number;
  retrainings: number;
  promotions: number;
  rollbacks: number;
  /** Versions that were taken back, by which rule of the judge, with the numbers it saw. */
  caught: Caught[];
  predictions: number;
  feedback: number;
  latencyMs: { p50: number; p99: number };
  auc: { frozen: number; loop: number };
  seconds: number;
  url: string;
  why: string;
}

/** A version that was taken back, and what one rule said of it. */
export interface Caught {
  version: number;
  step: string;
  rule: string;
  message: string;
  numbers: Record<string, number | null>;
}

/** Asks the server what happened. */
export async function readOutcome(
  client: Client,
  run: { answered: Answered; before: number; startedAt: number },
): Promise<Outcome> {
  const { answered, before, startedAt } = run;
  const { items: datasets } = await client.get('/api/v1/datasets');
  const versions = await Promise.all(
    datasets.map(async ({ name }) => (await client.get('/api/v1/datasets/{name}/versions', { name })).items),
  );
  const count = async (type: string) => countEvents(client, type);
  const alerts = await client.get('/api/v1/alerts', { limit: 1000 });
  const model = await client.get('/api/v1/models/{model}', { model: 'flight-delays' });
  const runs = await client.get('/api/v1/pipeline-runs', { limit: 1000 });
  return {
    datasetVersions: versions.flat().length,
    quarantinedRows: versions.flat().reduce((sum, version) => sum + version.quarantinedRows, 0),
    runs: runs.items.length,
    champion: { before, after: model.aliases['champion']! },
    driftAlerts: alerts.items.filter(({ kind }) => kind === 'drift').length,
    retrainings: await count('retraining.started'),
    promotions: await count('rollout.promoted'),
    rollbacks: await count('rollout.rolled-back'),
    caught: await readCaught(client),
    predictions: answered.predictionIds.length,
    feedback: answered.feedback,
    latencyMs: { p50: round(quantile(answered.requestMs, 0.5), 2), p99: round(quantile(answered.requestMs, 0.99), 2) },
    auc: {
      frozen: round(auc(answered.frozen, answered.labels), 5),
      loop: round(auc(answered.loop, answered.labels), 5),
    },
    seconds: round((performance.now() - startedAt) / 1000, 1),
    url: client.url,
    why: answered.predictionIds.at(-2000) ?? answered.predictionIds[0]!,
  };
}

async function readCaught(client: Client): Promise<Caught[]> {
  const asked = { endpoint: 'flight-delays', state: 'rolled-back' } as const;
  const { items } = await client.get('/api/v1/rollouts', asked);
  const whole = await Promise.all(items.map(({ id }) => client.get('/api/v1/rollouts/{id}', { id })));
  return whole.flatMap(({ candidate: version, judgement, steps, step }) =>
    (judgement?.findings ?? [])
      .filter(({ verdict }) => verdict === 'fail')
      .map(({ rule, message, numbers }) => ({ version, step: steps[step]?.kind ?? 'end', rule, message, numbers })),
  );
}

async function countEvents(client: Client, type: string): Promise<number> {
  let [found, pageToken]: [number, string | undefined] = [0, undefined];
  do {
    const page: { items: unknown[]; nextPageToken?: string } = await client.get('/api/v1/ledger/events', {
      types: type,
      limit: 1000,
      pageToken,
    });
    found += page.items.length;
    pageToken = page.nextPageToken;
  } while (pageToken);
  return found;
}

function round(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}

const telling = ['logE', 'worseLogE', 'maxLogE', 'alpha', 'n'];

function caughtRow({ version, step, rule, message, numbers }: Caught): [string, string] {
  const seen = telling
    .filter((name) => typeof numbers[name] === 'number')
    .map((name) => `${name} ${Number(numbers[name]!.toPrecision(3))}`);
  const proof = seen.length > 0 ? ` (${seen.join(', ')})` : '';
  return [`version ${version}, in its ${step} step`, `${rule}: ${message}${proof}`];
}

/** The outcome as a table for people. */
export function showOutcome(outcome: Outcome): string {
  const { champion, auc: ranked, latencyMs } = outcome;
  const rows: [string, string][] = [
    ['dataset versions', `${outcome.datasetVersions} (${outcome.quarantinedRows} rows in quarantine)`],
    ['pipeline runs', String(outcome.runs)],
    [
      'predictions served',
      `${outcome.predictions.toLocaleString('en')} (${outcome.feedback.toLocaleString('en')} labels came late)`,
    ],
    ['drift alerts', String(outcome.driftAlerts)],
    ['retrainings, started by themselves', String(outcome.retrainings)],
    ['promotions', String(outcome.promotions)],
    ['automatic rollbacks', String(outcome.rollbacks)],
    ...outcome.caught.map(caughtRow),
    ['champion', `version ${champion.before} → version ${champion.after}`],
    ['request of 50 flights', `p50 ${latencyMs.p50} ms, p99 ${latencyMs.p99} ms`],
    ['AUC, January model left alone', ranked.frozen.toFixed(4)],
    ['AUC, the loop', ranked.loop.toFixed(4)],
    ['seconds', outcome.seconds.toFixed(1)],
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, value]) => `  ${name.padEnd(width)}  ${value}`).join('\n');
}
