import type { OutputOf } from '@tidemill/sdk';
import { type Command, Option } from 'commander';
import { type CommonOptions, clientOf, UsageError } from '../context.ts';
import { type ListOptions, printList, readList, withList, wordOf } from '../list.ts';
import { colour, count, print, table, when } from '../output.ts';
import { bytesText } from '../progress.ts';
import { showChecks, showDiff, showProfile, showRows } from '../show-data.ts';
import { withServer } from './project.ts';

type Dataset = OutputOf<'/api/v1/datasets', 'get'>['items'][number];
type Version = OutputOf<'/api/v1/datasets/{name}/versions', 'get'>['items'][number];

const referenceHelp = 'a dataset, or a version of it: `flights@3`, `flights@<tag>`';

/** Adds `dataset …`. */
export function addDataCommands(program: Command): void {
  const dataset = program.command('dataset').description('data: ingest, check, profile, compare');
  addIngest(dataset);
  addLists(dataset);
  addLooks(dataset);
  addMoves(dataset);
}

/** A name and a version out of `name@version`; `latest` where none is said. */
export function parseReference(reference: string): { name: string; version: string } {
  const at = reference.lastIndexOf('@');
  if (at < 0) return { name: reference, version: 'latest' };
  const [name, version] = [reference.slice(0, at), reference.slice(at + 1)];
  if (!name || !version)
    throw new UsageError(`'${reference}' is not a dataset and a version; write it as 'flights@3'.`);
  return { name, version };
}

interface IngestOptions extends CommonOptions {
  serverPath?: boolean;
  format?: string;
  delimiter?: string;
  maxQuarantined?: string;
  tag?: string[];
}

function addIngest(dataset: Command): void {
  withServer(dataset.command('ingest'))
    .description('make a version from files: of this machine, or of the server with --server-path')
    .argument('<dataset>', 'its name; made when there is none')
    .argument('[files...]', "files to send; the dataset's declared source unless given")
    .option('--server-path', 'the files are paths or globs on the server')
    .addOption(
      new Option('--format <format>', 'seen from the files unless given').choices(['csv', 'parquet', 'json', 'ndjson']),
    )
    .option('--delimiter <character>', 'what separates the values of a CSV file')
    .option('--max-quarantined <share>', 'refuse the version when more rows than this break rules, such as 0.05')
    .option('--tag <tag>', 'a tag for the version; may be repeated', wordOf)
    .action(async (name: string, files: string[], options: IngestOptions) => ingest(name, files, options));
}

async function ingest(name: string, files: string[], options: IngestOptions) {
  const client = clientOf(options);
  const { uploadFiles } = await import('../upload.ts');
  const { serverPath, format, delimiter, maxQuarantined, tag } = options;
  const where = serverPath ? { files } : { uploads: await uploadFiles(client, files) };
  const source = { ...where, ...(format && { format }), ...(delimiter && { csv: { delimiter } }) };
  const made = await client.post('/api/v1/datasets/{name}/ingest', {
    name,
    ...(files.length > 0 && { source }),
    ...(maxQuarantined !== undefined && { maxQuarantinedShare: Number(maxQuarantined) }),
    ...(tag && { tags: tag }),
  } as never);
  print(made, options, ({ version, created, validation }) => {
    const what = colour.bold(`${version.dataset}@${version.version}`);
    const first = created ? `Made ${what}` : `The content is that of ${what}; no version was made`;
    const bad = version.quarantinedRows > 0 ? `, ${count(version.quarantinedRows)} in quarantine` : '';
    const rules = validation?.failedRules.length ? `\nRules broken: ${validation.failedRules.join(', ')}` : '';
    return `${first}: ${count(version.rows)} rows, ${version.columns.length} columns, ${bytesText(version.bytes)}${bad}.${rules}`;
  });
}

function addLists(dataset: Command): void {
  withList(dataset.command('list'))
    .description('list datasets by name')
    .option('--contains <text>', 'only names that contain this')
    .action(async (options: ListOptions & { contains?: string }) => {
      const filter = options.contains ? { nameContains: options.contains } : {};
      const page = await readList(options, (at) => clientOf(options).get('/api/v1/datasets', { ...at, ...filter }));
      printList<Dataset>(page, options, [
        { title: 'name', show: (one) => one.name },
        { title: 'current', align: 'right', show: (one) => String(one.currentVersion ?? '–') },
        { title: 'versions', align: 'right', show: (one) => count(one.versions) },
        { title: 'changed', show: (one) => when(one.updatedAt) },
        { title: 'description', show: (one) => one.description ?? '' },
      ]);
    });
  withList(dataset.command('show'))
    .description('show the versions of a dataset, or one version with its columns')
    .argument('<dataset>', referenceHelp)
    .action(async (reference: string, options: ListOptions) => {
      const client = clientOf(options);
      if (reference.includes('@')) {
        const version = await client.get('/api/v1/datasets/{name}/versions/{version}', parseReference(reference));
        return print(version, options, showVersion);
      }
      await client.get('/api/v1/datasets/{name}', { name: reference });
      const read = (at: object) => client.get('/api/v1/datasets/{name}/versions', { name: reference, ...at });
      printList<Version>(await readList(options, read), options, [
        { title: 'version', align: 'right', show: (one) => String(one.version) },
        { title: 'rows', align: 'right', show: (one) => count(one.rows) },
        { title: 'quarantine', align: 'right', show: (one) => count(one.quarantinedRows) },
        { title: 'size', align: 'right', show: (one) => bytesText(one.bytes) },
        { title: 'made', show: (one) => when(one.createdAt) },
        { title: 'tags', show: (one) => [...(one.isCurrent ? ['latest'] : []), ...one.tags].join(', ') },
        { title: 'digest', show: (one) => one.digest.slice(0, 12) },
      ]);
    });
  withList(dataset.command('quarantine'))
    .description('show the rows that broke rules, with the rules')
    .argument('<dataset>', referenceHelp)
    .action(async (reference: string, options: ListOptions) => {
      const client = clientOf(options);
      const path = '/api/v1/datasets/{name}/versions/{version}/quarantine';
      const page = await readList(options, (at) => client.get(path, { ...parseReference(reference), ...at }));
      print(page, options, ({ items, nextPageToken }) => showRows(items, nextPageToken !== undefined));
    });
}

function showVersion(version: Version): string {
  const { columns, tags } = version;
  return [
    colour.bold(`${version.dataset}@${version.version}`),
    `  rows        ${count(version.rows)} (${count(version.quarantinedRows)} in quarantine)`,
    `  size        ${bytesText(version.bytes)}`,
    `  digest      ${version.digest}`,
    `  made        ${when(version.createdAt)} by ${version.createdBy}`,
    `  tags        ${[...(version.isCurrent ? ['latest'] : []), ...tags].join(', ') || 'none'}`,
    '',
    table(columns, [
      { title: 'column', show: (column) => column.name },
      { title: 'type', show: (column) => column.type },
    ]),
  ].join('\n');
}

function addLooks(dataset: Command): void {
  withServer(dataset.command('profile'))
    .description('show nulls, distinct values, quantiles and the most frequent values of each column')
    .argument('<dataset>', referenceHelp)
    .action(async (reference: string, options: CommonOptions) => {
      const path = '/api/v1/datasets/{name}/versions/{version}/profile';
      print(await clientOf(options).get(path, parseReference(reference)), options, showProfile);
    });
  withServer(dataset.command('validate'))
    .description('judge a version by the rules of its dataset; exits 1 when a rule of severity `error` is broken')
    .argument('<dataset>', referenceHelp)
    .option('--rules <file>', 'a JSON file with a list of expectations to use in place of the declared ones')
    .action(async (reference: string, options: CommonOptions & { rules?: string }) => {
      const { readJsonFile } = await import('../json-file.ts');
      const expectations = options.rules ? { expectations: readJsonFile(options.rules) as never } : {};
      const path = '/api/v1/datasets/{name}/validate';
      const judged = await clientOf(options).post(path, { ...parseReference(reference), ...expectations });
      print(judged, options, showChecks);
      if (judged.outcome === 'refused' || judged.outcome === 'quarantined') process.exitCode = 1;
    });
  withServer(dataset.command('diff'))
    .description('compare two versions: columns, rows, profiles')
    .argument('<dataset>', 'its name')
    .argument('<from>', 'a version: number, tag, `latest`')
    .argument('<to>', 'another')
    .action(async (...[name, from, to, options]: [string, string, string, CommonOptions]) => {
      print(await clientOf(options).get('/api/v1/datasets/{name}/diff', { name, from, to }), options, showDiff);
    });
}

function addMoves(dataset: Command): void {
  withServer(dataset.command('tag'))
    .description('point a tag at a version, or take it away with --remove')
    .argument('<dataset>', referenceHelp)
    .argument('<tag>', 'the tag')
    .option('--remove', 'remove the tag')
    .action(async (reference: string, tag: string, options: CommonOptions & { remove?: boolean }) => {
      const client = clientOf(options);
      const { name, version } = parseReference(reference);
      if (options.remove) {
        await client.delete('/api/v1/datasets/{name}/tags/{tag}', { name, tag });
        return print({ removed: tag }, options, () => `Removed the tag ${tag} of ${name}.`);
      }
      const tagged = await client.put('/api/v1/datasets/{name}/tags/{tag}', { name, version, tag });
      print(tagged, options, () => `${name}@${tag} is now version ${tagged.version}.`);
    });
  withServer(dataset.command('restore'))
    .description('make an older version the current one')
    .argument('<dataset>', 'the version: `flights@3`')
    .action(async (reference: string, options: CommonOptions) => {
      const version = await clientOf(options).post('/api/v1/datasets/{name}/restore', parseReference(reference));
      print(version, options, () => `${version.dataset} is now version ${version.version}.`);
    });
}
