import { existsSync, openAsBlob } from 'node:fs';
import { extname } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Client, InputOf, OutputOf } from '@tidemill/sdk';
import { type Command, Option } from 'commander';
import { type CommonOptions, clientOf, UsageError } from '../context.ts';
import { momentOf } from '../duration.ts';
import { countOf, type ListOptions, printList, readList, withList } from '../list.ts';
import { count, print, when } from '../output.ts';
import { bytesText } from '../progress.ts';
import { cell } from '../show-data.ts';
import { showReplay } from '../show-replay.ts';
import { withServer } from './project.ts';

type Prediction = OutputOf<'/api/v1/endpoints/{name}/predictions', 'get'>['items'][number];
type Replay = OutputOf<'/api/v1/prediction-replays/{id}', 'get'>;
type FeedbackResult = OutputOf<'/api/v1/feedback', 'post'>;

interface Filter {
  from?: string;
  to?: string;
  version?: number;
  variant?: string;
  code?: number;
  id?: string;
  labelled?: boolean;
  shadow?: boolean;
}

/** Adds what is done with the log of an endpoint: `predictions`, `replay` and `feedback`. */
export function addLogCommands(endpoint: Command): void {
  addPredictions(endpoint);
  addReplay(endpoint);
  addFeedback(endpoint);
}

function withTimes(command: Command): Command {
  return command
    .option('--from <time>', 'first event time, such as 2026-05-01 or 2026-05-01T00:00:00Z', momentOf)
    .option('--to <time>', 'last event time, not included', momentOf);
}

function addPredictions(endpoint: Command): void {
  withTimes(withList(endpoint.command('predictions')))
    .description('list logged predictions, the newest first, or write them to a file')
    .argument('<endpoint>', 'its name')
    .addOption(new Option('--version <number>', 'only what this version answered').argParser(countOf))
    .option('--variant <name>', 'only what this variant answered')
    .addOption(new Option('--code <status>', 'only with this HTTP status').argParser(countOf))
    .option('--id <prefix>', 'only ids that begin so')
    .option('--labelled', 'only those with a label')
    .option('--no-labelled', 'only those without')
    .option('--shadow', 'only answers of shadows')
    .option('--out <file>', 'write them to *.ndjson, *.csv or *.parquet; all of them unless --limit is given')
    .action(async (name: string, options: ListOptions & Filter & { out?: string }, command: Command) => {
      const { from, to, version, variant, code, id, labelled, shadow, out } = options;
      const given = { from, to, version, variant, code, id, labelled, shadow };
      const filter = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
      const client = clientOf(options);
      if (out !== undefined) {
        const { exportPredictions } = await import('../export-predictions.ts');
        const limit = command.getOptionValueSource('limit') === 'default' ? {} : { limit: options.limit };
        const bytes = await exportPredictions(client, { name, filter: { ...filter, ...limit }, out });
        print({ file: out, bytes }, options, () => `The predictions are in ${out}, ${bytesText(bytes)}.`);
        return;
      }
      const path = '/api/v1/endpoints/{name}/predictions';
      const page = await readList(options, (at) =>
        client.get(path, { name, ...filter, ...at } as InputOf<typeof path, 'get'>),
      );
      printList<Prediction>(page, options, [
        { title: 'time', show: (one) => when(one.at) },
        { title: 'prediction', show: (one) => one.predictionId },
        { title: 'version', align: 'right', show: (one) => String(one.version) },
        { title: 'variant', show: (one) => one.variant },
        { title: 'code', align: 'right', show: (one) => String(one.code) },
        { title: 'score', align: 'right', show: (one) => cell(one.score) },
        { title: 'label', show: (one) => (one.label === undefined ? '' : cell(one.label)) },
        { title: 'ms', align: 'right', show: (one) => one.latencyMs.toFixed(2) },
      ]);
    });
}

interface ReplayOptions extends CommonOptions, Pick<Filter, 'from' | 'to' | 'variant'> {
  version: number;
  ofVersion?: number;
  limit?: number;
  as?: string;
}

function addReplay(endpoint: Command): void {
  withTimes(withServer(endpoint.command('replay')))
    .description('answer logged requests again with another version, away from live traffic, and compare')
    .argument('<endpoint>', 'its name')
    .addOption(new Option('--version <number>', 'the version that answers').argParser(countOf).makeOptionMandatory())
    .addOption(new Option('--of-version <number>', 'only what this version answered').argParser(countOf))
    .option('--variant <name>', 'only what this variant answered')
    .addOption(new Option('--limit <rows>', 'at most so many rows, the newest').argParser(countOf))
    .option('--as <dataset>', 'write both answers, row by row, as a version of this dataset')
    .action(async (name: string, options: ReplayOptions) => {
      const { version, ofVersion, from, to, variant, limit, as } = options;
      const client = clientOf(options);
      const given = { version, ofVersion, from, to, variant, limit, as };
      const asked = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
      const started = await client.post('/api/v1/endpoints/{name}/prediction-replays', { name, ...asked } as never);
      const done = await followReplay(client, started as Replay);
      print(done, options, showReplay);
      if (done.state !== 'succeeded') process.exitCode = 1;
    });
}

async function followReplay(client: Client, started: Replay): Promise<Replay> {
  let replay = started;
  for (let waitMs = 25; replay.endedAt === undefined; waitMs = Math.min(500, waitMs * 1.5)) {
    await pause(waitMs);
    replay = await client.get('/api/v1/prediction-replays/{id}', { id: started.id });
  }
  return replay;
}

const types: Record<string, string> = {
  '.csv': 'text/csv',
  '.ndjson': 'application/x-ndjson',
  '.jsonl': 'application/x-ndjson',
};

function addFeedback(endpoint: Command): void {
  withServer(endpoint.command('feedback'))
    .description('send labels and values from a file, by predictionId or by entity')
    .argument('<endpoint>', 'its name')
    .argument('<file>', '*.csv with a header line, or *.ndjson with one object a line')
    .action(async (name: string, file: string, options: CommonOptions) => {
      const type = types[extname(file)];
      if (type === undefined) throw new UsageError('The file is CSV or JSON lines: name it *.csv or *.ndjson.');
      if (!existsSync(file)) throw new UsageError(`There is no file '${file}' here.`);
      const blob = await openAsBlob(file, { type });
      const path = `/api/v1/endpoints/${encodeURIComponent(name)}/feedback`;
      const result = (await clientOf(options).upload('POST', path, blob)) as FeedbackResult;
      print(result, options, showFeedback);
      if (result.unknownCount + (result.invalidCount ?? 0) > 0) process.exitCode = 1;
    });
}

function showFeedback(result: FeedbackResult): string {
  const { accepted, changed, unknown, unknownCount, invalid = [], invalidCount = 0, quarantine } = result;
  const wrong = invalid
    .slice(0, 20)
    .map(({ line, field, message }) => `  line ${line}: ${field ? `${field}: ` : ''}${message}`);
  const strange = unknown
    .slice(0, 20)
    .map(({ line, predictionId, entity }) => `  line ${line}: nobody knows ${predictionId ?? entity}`);
  return [
    `${count(accepted)} predictions have their feedback, ${count(changed)} of them another label than before.`,
    ...(invalidCount > 0 ? [`${count(invalidCount)} rows are wrong:`, ...wrong] : []),
    ...(unknownCount > 0 ? [`${count(unknownCount)} rows are of predictions that are not logged:`, ...strange] : []),
    ...(quarantine ? [`What was not taken is kept: GET /api/v1/feedback-quarantines/${quarantine.id}`] : []),
  ].join('\n');
}
