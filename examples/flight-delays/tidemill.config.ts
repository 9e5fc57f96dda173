import { join } from 'node:path';
import {
  defineDataset,
  defineEndpoint,
  defineGate,
  defineMonitor,
  definePipeline,
  defineProject,
  defineRetraining,
} from '@tidemill/sdk';
import { featureSql, features } from './sql.ts';

const day = 86_400_000;
const january = join(import.meta.dirname, '.data', 'january.parquet');

/** How every model of this project is trained. */
const training = {
  target: 'late',
  features,
  experiment: 'flight-delays',
  split: { kind: 'time', column: 'date', holdout: 0.2 },
  params: { patience: 15 },
  maxRows: 60_000,
  evaluation: { bootstrap: 50, slices: ['weekday'] },
  threads: 1,
};

/** What the search for parameters may try. */
const tuning = {
  space: {
    iterations: { type: 'int', low: 80, high: 200 },
    learningRate: { type: 'float', low: 0.04, high: 0.12, log: true },
    maxLeaves: { type: 'int', low: 8, high: 24 },
  },
};

const flights = defineDataset('flights', {
  description: 'US flights as they were flown, one row each.',
  source: { files: [january] },
  expectations: [
    { type: 'not_null', column: 'date' },
    { type: 'not_null', column: 'delay' },
    { id: 'plausible-delay', type: 'between', column: 'delay', min: -120, max: 1440 },
    { type: 'between', column: 'distance', min: 1, max: 6000 },
    { id: 'airport-code', type: 'regex', column: 'origin', pattern: '^[A-Z]{3}$' },
    { id: 'flown-once', type: 'compound_unique', columns: ['date', 'origin', 'destination', 'distance', 'delay'] },
    { type: 'row_count', min: 100_000 },
    { id: 'usual-mean', type: 'mean_between', column: 'delay', min: -5, max: 20, severity: 'warn' },
    { id: 'usual-tail', type: 'quantile_between', column: 'delay', quantile: 0.95, min: 20, max: 90, severity: 'warn' },
  ],
});

const firstModel = definePipeline('first-model', {
  description: 'From the raw flights of January to a registered model.',
  steps: {
    ingest: { kind: 'builtin', builtin: 'ingest', params: { dataset: 'flights' } },
    features: {
      kind: 'sql',
      inputs: { flights: '{{ steps.ingest.outputs.dataset }}' },
      sql: featureSql('flights'),
      dataset: 'flight-features',
    },
    train: {
      kind: 'builtin',
      builtin: 'train',
      inputs: { dataset: '{{ steps.features.outputs.dataset }}' },
      params: {
        ...training,
        tuning: { ...tuning, trials: 6 },
      },
      cache: { mode: 'content' },
    },
    summarise: {
      kind: 'typescript',
      module: 'steps/summarise.ts',
      inputs: { run: '{{ steps.train.outputs.run }}' },
    },
    register: {
      kind: 'builtin',
      builtin: 'register',
      inputs: { model: '{{ steps.train.outputs.model }}', dataset: '{{ steps.features.outputs.dataset }}' },
      params: { model: 'flight-delays' },
    },
  },
  outputs: { model: '{{ steps.register.outputs.model }}' },
});

/** A tenth of January and everything that has been learned since. */
const retrain = definePipeline('retrain', {
  description: 'Train again on January and every labelled prediction since.',
  params: { until: { type: 'datetime' } },
  steps: {
    labelled: {
      kind: 'builtin',
      builtin: 'labelled-predictions',
      params: {
        endpoint: 'flight-delays',
        to: '{{ params.until }}',
        dataset: 'flights-live',
        columns: features,
        labelColumn: 'late',
        timeColumn: 'date',
      },
    },
    together: {
      kind: 'sql',
      inputs: { january: { dataset: 'flight-features' }, live: '{{ steps.labelled.outputs.dataset }}' },
      sql: `
        select date, ${features.join(', ')}, late from january where hash(date, distance, hour) % 10 = 0
        union all by name
        select cast(date as timestamp) as date, ${features.join(', ')}, cast(late as integer) as late from live`,
      dataset: 'flights-so-far',
    },
    train: {
      kind: 'builtin',
      builtin: 'train',
      inputs: { dataset: '{{ steps.together.outputs.dataset }}' },
      params: {
        ...training,
        // The newest flights teach most: rows to judge by are taken from all times.
        split: { kind: 'stratified', holdout: 0.1 },
        params: { iterations: 160, learningRate: 0.07, maxLeaves: 10, patience: 15 },
        maxRows: 200_000,
      },
    },
    register: {
      kind: 'builtin',
      builtin: 'register',
      inputs: { model: '{{ steps.train.outputs.model }}', dataset: '{{ steps.together.outputs.dataset }}' },
      params: { model: 'flight-delays' },
    },
  },
  outputs: { model: '{{ steps.register.outputs.model }}' },
});

const spoiled = definePipeline('spoiled', {
  description: 'Train on shuffled labels: a model that must never reach all passengers.',
  steps: {
    shuffle: {
      kind: 'sql',
      inputs: { flights: { dataset: 'flight-features' } },
      sql: `
        with numbered as (select *, row_number() over (order by hash(date, distance, origin_late)) as place from flights),
        dealt as (select late, row_number() over (order by hash(distance, date, hour, late, 7)) as place from flights)
        select numbered.date, ${features.map((name) => `numbered.${name}`).join(', ')}, dealt.late
        from numbered join dealt using (place)`,
      dataset: 'flights-shuffled',
    },
    train: {
      kind: 'builtin',
      builtin: 'train',
      inputs: { dataset: '{{ steps.shuffle.outputs.dataset }}' },
      params: {
        ...training,
        maxRows: 30_000,
        params: { iterations: 60, maxLeaves: 31 },
        evaluation: { bootstrap: 0, importance: false },
      },
    },
    register: {
      kind: 'builtin',
      builtin: 'register',
      inputs: { model: '{{ steps.train.outputs.model }}', dataset: '{{ steps.shuffle.outputs.dataset }}' },
      params: { model: 'flight-delays', tags: { experiment: 'shuffled labels' } },
    },
  },
  outputs: { model: '{{ steps.register.outputs.model }}' },
});

const goodEnough = defineGate('good-enough', {
  description: 'What a version must show before all traffic may go to it.',
  models: 'flight-delays',
  targets: { aliases: ['champion'] },
  rules: [
    {
      id: 'ranks-late-flights',
      expression: 'run.metrics.roc_auc_score >= 0.6',
      message: 'AUC on unseen flights is 0.6 or more.',
    },
    { id: 'enough-data', expression: 'data.all(d, d.rows >= 50000.0)', message: 'Trained on 50,000 flights or more.' },
    {
      id: 'exported-faithfully',
      expression: 'run.metrics.export_difference < 0.00001',
      message: 'The served file answers as the trainer did.',
    },
  ],
});

const releasedByAPerson = defineGate('released-by-a-person', {
  description: 'The first release is approved by somebody who did not ask for it.',
  models: 'flight-delays',
  targets: { stages: ['production'] },
  approvals: { required: 1 },
});

const endpoint = defineEndpoint('flight-delays', {
  model: 'flight-delays',
  description: 'How likely a flight is to arrive more than 15 minutes late.',
  rollout: {
    shadow: { predictions: 3000, labels: 3000 },
    strategy: 'canary',
    step: { predictions: 300 },
    // All traffic, the old version warm behind it, before it counts.
    bake: { predictions: 1500 },
    metrics: [
      {
        name: 'late-flights-score-higher',
        description: 'How much higher flights that came late were scored than those that came in time.',
        source: {
          sql: `SELECT avg(score) FILTER (label = 1) - avg(score) FILTER (label = 0) AS gap, count(label) AS labels
                FROM predictions WHERE arm = 'candidate'`,
        },
        intervalMs: 2000,
        failureCondition: 'result.labels >= 2000.0 && result.gap < 0.005',
        onEmpty: 'success',
      },
    ],
    rules: { minSamples: 50, maxMs: 180_000, onInconclusive: 'promote', latencyRatio: 5 },
  },
});

const frozen = defineEndpoint('flight-delays-frozen', {
  model: 'flight-delays',
  alias: 'january',
  description: 'The January model left alone, to compare with.',
  log: { sample: 0 },
});

const drift = defineMonitor('feature-drift', {
  endpoint: 'flight-delays',
  kind: 'drift',
  window: { by: 'time', sizeMs: 7 * day },
  columns: features,
  driftShare: 0.3,
  minRows: 500,
  alert: { severity: 'warning', consecutive: 2, resolveAfter: 2 },
});

const performance = defineMonitor('late-labels', {
  endpoint: 'flight-delays',
  kind: 'performance',
  window: { by: 'time', sizeMs: 7 * day },
  delayMs: 3 * day,
  checks: [
    { metric: 'roc_auc_score', min: 0.55, maxDrop: 0.08 },
    { metric: 'log_loss', maxRise: 0.12 },
  ],
  minRows: 500,
  alert: { severity: 'critical', consecutive: 2 },
});

const service = defineMonitor('service', {
  endpoint: 'flight-delays',
  kind: 'errors',
  window: { by: 'time', sizeMs: 7 * day },
  minRows: 500,
});

const keepUp = defineRetraining('keep-up', {
  on: { monitors: ['feature-drift', 'late-labels'] },
  pipeline: 'retrain',
  params: { until: '{{window.to}}' },
  endpoint: 'flight-delays',
  model: 'flight-delays',
  minIntervalMs: 21 * day,
  minNewLabels: 4000,
});

export default defineProject({
  name: 'flight-delays',
  resources: [
    flights,
    firstModel,
    retrain,
    spoiled,
    goodEnough,
    releasedByAPerson,
    endpoint,
    frozen,
    drift,
    performance,
    service,
    keepUp,
  ],
});
