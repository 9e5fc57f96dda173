import { version } from '../../app/version.ts';
import { customersCsv, newCustomersCsv } from './starter-data.ts';

/** The files of the starter project by path. */
export function starterFiles(name: string): Record<string, string> {
  return {
    'tidemill.config.ts': config.replace('<name>', name),
    'steps/report.ts': reportStep,
    'data/customers.csv': customersCsv(),
    'data/new-customers.csv': newCustomersCsv(),
    'README.md': readme(name),
    'package.json': `${JSON.stringify({ name: packageNameOf(name), private: true, type: 'module', dependencies: { '@tidemill/sdk': version } }, null, 2)}\n`,
    '.gitignore': '.tidemill/\nnode_modules/\n*.plan\n',
  };
}

function packageNameOf(name: string): string {
  return (
    name
      .toLowerCase()
      .replaceAll(/[^a-z0-9._-]+/g, '-')
      .replace(/^[._-]+/, '') || 'project'
  );
}

const config = `import { join } from 'node:path';
import {
  defineDataset,
  defineEndpoint,
  defineGate,
  defineMonitor,
  definePipeline,
  defineProject,
} from '@tidemill/sdk';

/** What the model may know of a customer. */
const features = ['country', 'plan', 'payment', 'monthly_fee', 'usage_hours', 'support_calls', 'tenure_months'];

const customers = defineDataset('customers', {
  description: 'Customers, and whether they left within three months.',
  source: { files: [join(import.meta.dirname, 'data', 'customers.csv')] },
  // Rows that break a rule go to quarantine: \`tidemill dataset quarantine customers\`.
  expectations: [
    { type: 'not_null', column: 'customer_id' },
    { type: 'unique', column: 'customer_id' },
    { id: 'known-plan', type: 'in_set', column: 'plan', values: ['basic', 'standard', 'premium'] },
    { id: 'plausible-fee', type: 'between', column: 'monthly_fee', min: 0, max: 200 },
    { id: 'hours-in-a-month', type: 'between', column: 'usage_hours', min: 0, max: 744 },
    { type: 'in_set', column: 'churned', values: [0, 1] },
    { type: 'row_count', min: 1000 },
  ],
  maxQuarantinedShare: 0.05,
});

const train = definePipeline('train', {
  description: 'From the customers to a registered model.',
  params: { iterations: { type: 'integer', default: 80, minimum: 1, maximum: 1000 } },
  steps: {
    ingest: { kind: 'builtin', builtin: 'ingest', params: { dataset: 'customers' } },
    features: {
      kind: 'sql',
      inputs: { customers: '{{ steps.ingest.outputs.dataset }}' },
      sql: \`select \${features.join(', ')}, churned from customers\`,
      dataset: 'customer-features',
    },
    train: {
      kind: 'builtin',
      builtin: 'train',
      inputs: { dataset: '{{ steps.features.outputs.dataset }}' },
      params: {
        target: 'churned',
        features,
        experiment: 'churn',
        params: { iterations: '{{ params.iterations }}', learningRate: 0.08, maxLeaves: 8, patience: 15 },
      },
      cache: 'content',
    },
    report: {
      kind: 'typescript',
      module: 'steps/report.ts',
      inputs: { run: '{{ steps.train.outputs.run }}' },
    },
    register: {
      kind: 'builtin',
      builtin: 'register',
      inputs: { model: '{{ steps.train.outputs.model }}', dataset: '{{ steps.features.outputs.dataset }}' },
      params: { model: 'churn' },
    },
  },
  outputs: { model: '{{ steps.register.outputs.model }}' },
});

const goodEnough = defineGate('good-enough', {
  description: 'What a version must show before customers are judged by it.',
  models: 'churn',
  targets: { aliases: ['champion'] },
  rules: [
    {
      id: 'ranks-leavers',
      expression: 'run.metrics.roc_auc_score >= 0.7',
      message: 'AUC on unseen customers is 0.7 or more.',
    },
    { id: 'enough-data', expression: 'data.all(d, d.rows >= 1000.0)', message: 'Trained on 1,000 customers or more.' },
  ],
});

const endpoint = defineEndpoint('churn', {
  description: 'How likely a customer is to leave within three months.',
  model: 'churn',
});

const drift = defineMonitor('churn-drift', {
  endpoint: 'churn',
  kind: 'drift',
  window: { by: 'rows', rows: 200 },
  driftShare: 0.1,
});

export default defineProject({
  name: '<name>',
  resources: [customers, train, goodEnough, endpoint, drift],
});
`;

const reportStep = `import { defineStep } from '@tidemill/sdk';

interface Trained {
  metrics: Record<string, number>;
}

/** Says in one sentence how good the model is; any code of yours can stand here. */
export default defineStep(({ inputs, log }) => {
  const { metrics } = inputs['run'] as Trained;
  const sentence = \`On customers it had not seen, the AUC is \${metrics['roc_auc_score']?.toFixed(3)}.\`;
  log(sentence);
  return { sentence };
});
`;

const readme = (name: string) => `# ${name}

Which customers will leave? A small project that goes all the way: data, checks, pipeline, model, gate, endpoint, monitor.

Start a server in this folder, and leave it running (it may read the files of the folder it is started in):

    tidemill server

Then, in another terminal:

    tidemill apply                                         # make what tidemill.config.ts declares
    tidemill pipeline run train                            # check the data, train, register a version
    tidemill dataset quarantine customers                  # the rows that broke rules, and which
    tidemill model check churn latest --alias champion     # what the gate says
    tidemill model alias churn champion latest             # let it answer
    tidemill endpoint predict churn data/new-customers.csv
    tidemill monitor run churn-drift                       # the new customers use the service less: drift
    tidemill audit log

Every answer of \`predict\` has an id; \`tidemill why <id>\` follows it back to model, run, code and data.
Change \`tidemill.config.ts\`, look with \`tidemill plan\`, make it so with \`tidemill apply\`.
`;
