import type { OutputOf } from '@tidemill/sdk';
import type { Command } from 'commander';
import { type BatchOptions, batchPredict, isBatch } from '../batch-predict.ts';
import { type CommonOptions, clientOf } from '../context.ts';
import { type ListOptions, printList, readList, withList } from '../list.ts';
import { colour, count, print, table, when } from '../output.ts';
import { cell } from '../show-data.ts';
import { addEndpointExperimentCommands } from './endpoint-experiment.ts';
import { addPackageCommand } from './endpoint-package.ts';
import { addLogCommands } from './prediction-log.ts';
import { withServer } from './project.ts';
import { addReplayDecision } from './replay-decision.ts';
import { addRolloutCommands } from './rollout.ts';

type Endpoint = OutputOf<'/api/v1/endpoints/{name}', 'get'>;
type Stats = OutputOf<'/api/v1/endpoints/{name}/stats', 'get'>;

/** Adds `endpoint …`. */
export function addEndpointCommands(program: Command): void {
  const endpoint = program.command('endpoint').description('endpoints: deploy, predict, roll out');
  addLists(endpoint);
  addDeploy(endpoint);
  addPredict(endpoint);
  addRolloutCommands(endpoint);
  addLogCommands(endpoint);
  addEndpointExperimentCommands(endpoint);
  addReplayDecision(endpoint);
  addPackageCommand(endpoint);
}

function addLists(endpoint: Command): void {
  withList(endpoint.command('list'))
    .description('list endpoints by name')
    .action(async (options: ListOptions) => {
      const page = await readList(options, (at) => clientOf(options).get('/api/v1/endpoints', at));
      printList<Endpoint>(page, options, [
        { title: 'name', show: (one) => one.name },
        { title: 'state', show: (one) => one.state },
        { title: 'model', show: (one) => `${one.spec.model}@${one.spec.alias}` },
        { title: 'versions', show: variantsText },
        { title: 'rollout', show: (one) => one.rolloutId ?? '' },
        { title: 'why not', show: (one) => one.reason ?? '' },
      ]);
    });
  withServer(endpoint.command('show'))
    .description('show an endpoint with its traffic of the last minutes')
    .argument('<endpoint>', 'its name')
    .action(async (name: string, options: CommonOptions) => {
      const client = clientOf(options);
      const found = await client.get('/api/v1/endpoints/{name}', { name });
      const stats = await client.get('/api/v1/endpoints/{name}/stats', { name });
      print({ ...found, stats }, options, () => showEndpoint(found, stats));
    });
}

function variantsText({ variants }: Endpoint): string {
  return variants
    .map((one) => `${one.name}=${one.version}${one.role === 'live' ? ` (${one.weight / 100} %)` : ` (${one.role})`}`)
    .join(', ');
}

function showEndpoint(endpoint: Endpoint, { variants, minutes }: Stats): string {
  const ms = (value: number | null) => (value === null ? '–' : value.toFixed(2));
  return [
    `${colour.bold(endpoint.name)}  ${endpoint.state}${endpoint.reason ? `: ${endpoint.reason}` : ''}`,
    ...(endpoint.spec.description ? [endpoint.spec.description] : []),
    `  model     ${endpoint.spec.model}@${endpoint.spec.alias}`,
    `  versions  ${variantsText(endpoint) || 'none'}`,
    ...(endpoint.rolloutId ? [`  rollout   ${endpoint.rolloutId}`] : []),
    `  changed   ${when(endpoint.updatedAt)}`,
    '',
    `Traffic of the last ${minutes} minutes`,
    table(variants, [
      { title: 'variant', show: (one) => one.variant },
      { title: 'version', align: 'right', show: (one) => String(one.version) },
      { title: 'requests', align: 'right', show: (one) => count(one.requests) },
      { title: 'rows', align: 'right', show: (one) => count(one.rows) },
      { title: 'errors', align: 'right', show: (one) => count(one.errors) },
      { title: 'refused', align: 'right', show: (one) => count(one.refused) },
      { title: 'p50 ms', align: 'right', show: (one) => ms(one.p50Ms) },
      { title: 'p99 ms', align: 'right', show: (one) => ms(one.p99Ms) },
    ]),
  ].join('\n');
}

interface DeployOptions extends CommonOptions {
  model?: string;
  alias?: string;
  description?: string;
}

function addDeploy(endpoint: Command): void {
  withServer(endpoint.command('deploy'))
    .description('make an endpoint that answers with the version an alias names, or change which it is')
    .argument('<endpoint>', 'its name')
    .option('--model <model>', "the model; the endpoint's own name unless given")
    .option('--alias <alias>', 'the alias whose version answers; champion unless given')
    .option('--description <text>', 'what it answers')
    .action(async (name: string, options: DeployOptions) => {
      const client = clientOf(options);
      const known = (await readList({ limit: 1, all: true }, (at) => client.get('/api/v1/endpoints', at))).items;
      const before = known.find((one) => one.name === name)?.spec;
      const { model, alias, description } = options;
      const spec = {
        ...(before ?? { model: name }),
        ...(model && { model }),
        ...(alias && { alias }),
        ...(description && { description }),
      };
      const made = await client.put('/api/v1/endpoints/{name}', { name, spec });
      print(
        made,
        options,
        () =>
          `${colour.bold(name)} answers with ${made.spec.model}@${made.spec.alias}: ${made.state}${made.reason ? `. ${made.reason}` : '.'}`,
      );
    });
}

interface PredictOptions extends BatchOptions {
  jsonRows?: string;
  id?: string;
  limit: string;
  explain?: boolean;
  background?: string;
}

function addPredict(endpoint: Command): void {
  withServer(endpoint.command('predict'))
    .description('predict rows of a CSV or JSON file, of standard input (-), or of --json-rows')
    .argument('<endpoint>', 'its name')
    .argument('[file]', 'CSV with a header line, JSON, or one JSON object a line; `-` reads standard input')
    .option('--json-rows <json>', 'an object of column and value, or a list of such')
    .option('--id <id>', 'your id of the request; answers are `<id>.0`, `<id>.1` …')
    .option('--limit <count>', 'how many answers to show; --json shows all', '20')
    .option('--explain', 'say what each column gave to each answer')
    .option('--background <dataset>', 'a dataset version for --explain to compare with')
    .option('--in <file>', 'score a whole Parquet, CSV or NDJSON file at the server')
    .option('--dataset <version>', 'score a version of a dataset, such as flights@3')
    .option('--out <file>', 'where the answers of --in or --dataset go, as Parquet')
    .option('--as <dataset>', 'write the answers of --in or --dataset as a new version of this dataset')
    .option('--keep <columns>', 'columns of the input to write beside the answers, with commas')
    .option('--quarantine <file>', 'put rows that cannot be scored here with their reasons, instead of failing')
    .action(predict);
}

async function predict(name: string, file: string | undefined, options: PredictOptions): Promise<void> {
  if (isBatch(options)) return batchPredict(name, options);
  const { predictRows, readRows, typeRows } = await import('../predict-rows.ts');
  const { explainedText, explanationText } = await import('../show-explained.ts');
  const client = clientOf(options);
  const rows = await typeRows(client, name, await readRows(file, options.jsonRows));
  const { background } = options;
  const explain = options.explain || background !== undefined ? { ...(background && { background }) } : undefined;
  const answers = await predictRows(client, { name, rows, id: options.id, explain });
  const predictions = answers.flatMap((answer) =>
    answer.predictions.map((one) => ({ ...one, version: answer.version, variant: answer.variant })),
  );
  const explained = answers[0]?.explained;
  print({ endpoint: name, predictions, ...(explained && { explained }) }, options, () => {
    const shown = predictions.slice(0, Number(options.limit));
    const titles = [...new Set(shown.flatMap((one) => Object.keys(one.outputs)))];
    const left = predictions.length - shown.length;
    return (
      table(shown, [
        ...titles.map((title) => ({ title, show: (one: (typeof shown)[number]) => cell(one.outputs[title]) })),
        { title: 'version', align: 'right' as const, show: (one) => String(one.version) },
        { title: 'prediction', show: (one) => one.predictionId },
        ...(explained ? [{ title: 'why', show: explanationText }] : []),
      ]) +
      (explained ? `\n${explainedText({ explained })}` : '') +
      (left > 0 ? `\n${colour.dim(`and ${count(left)} more; --json gives all.`)}` : '')
    );
  });
}
