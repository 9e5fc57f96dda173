import type { OutputOf } from '@tidemill/sdk';
import type { Command } from 'commander';
import { type CommonOptions, clientOf, UsageError } from '../context.ts';
import { type ListOptions, pairOf, printList, readList, withList } from '../list.ts';
import { type TargetOptions, targetOf, versionNumber } from '../model-target.ts';
import { colour, print, when } from '../output.ts';
import { bytesText } from '../progress.ts';
import { showVerdict, showVersion } from '../show-model.ts';
import { addApprovalCommands } from './approval.ts';
import { addHistory } from './model-history.ts';
import { withServer } from './project.ts';

type Version = OutputOf<'/api/v1/models/{model}/versions', 'get'>['items'][number];

/** Adds `model …`. */
export function addModelCommands(program: Command): void {
  const model = program.command('model').description('models: versions, aliases, gates, approvals');
  addLists(model);
  addRegister(model);
  addPromotion(model);
  addApprovalCommands(model);
  addHistory(model);
}

function addLists(model: Command): void {
  withList(model.command('list'))
    .description('list models by name')
    .option('--contains <text>', 'only names that contain this')
    .option('--filter <filter>', "such as `tags.team = 'risk' and not name like 'old%'`")
    .action(async (options: ListOptions & { contains?: string; filter?: string }) => {
      const client = clientOf(options);
      const { contains, filter } = options;
      if (contains && filter) throw new UsageError('Either --contains or --filter: a filter can say name ilike, too.');
      const page = await readList(options, (at) =>
        filter
          ? client.post('/api/v1/models/search', { ...at, filter })
          : client.get('/api/v1/models', { ...at, ...(contains && { contains }) }),
      );
      printList(page, options, [
        { title: 'name', show: (one) => one.name },
        { title: 'latest', align: 'right', show: (one) => String(one.latestVersion || '–') },
        {
          title: 'aliases',
          show: (one) =>
            Object.entries(one.aliases)
              .map(([alias, to]) => `${alias}=${to}`)
              .join(', '),
        },
        { title: 'changed', show: (one) => when(one.updatedAt) },
        { title: 'description', show: (one) => one.description },
      ]);
    });
  withList(model.command('show'))
    .description('show the versions of a model, or one version')
    .argument('<model>', 'its name')
    .argument('[version]', 'a number, an alias or `latest`')
    .action(async (name: string, version: string | undefined, options: ListOptions) => {
      const client = clientOf(options);
      if (version !== undefined) {
        const path = '/api/v1/models/{model}/versions/{version}';
        return print(await client.get(path, { model: name, version }), options, showVersion);
      }
      await client.get('/api/v1/models/{model}', { model: name });
      const read = (at: object) => client.get('/api/v1/models/{model}/versions', { model: name, ...at });
      printList<Version>(await readList(options, read), options, [
        { title: 'version', align: 'right', show: (one) => String(one.number) },
        { title: 'aliases', show: (one) => one.aliases.join(', ') },
        { title: 'stage', show: (one) => one.stage },
        { title: 'registered', show: (one) => when(one.createdAt) },
        { title: 'size', align: 'right', show: (one) => bytesText(one.bytes) },
        { title: 'run', show: (one) => one.source.runId ?? '' },
        { title: 'digest', show: (one) => one.digest.slice(0, 12) },
      ]);
    });
}

interface RegisterOptions extends CommonOptions {
  run?: string;
  description?: string;
  tag?: Record<string, string>;
  format?: string;
}

function addRegister(model: Command): void {
  withServer(model.command('register'))
    .description('send a model file and register it as a version; the same file is the same version')
    .argument('<model>', 'its name; made when there is none')
    .argument('<file>', 'an ONNX file')
    .option('--run <id>', 'the experiment run that made it')
    .option('--description <text>', 'about this version')
    .option('--tag <key=value>', 'may be repeated', pairOf)
    .option('--format <format>', '`onnx` is checked and can be served; others are kept', 'onnx')
    .action(async (name: string, file: string, options: RegisterOptions) => {
      const client = clientOf(options);
      const { uploadFiles } = await import('../upload.ts');
      const [uploaded] = await uploadFiles(client, [file]);
      const version = await client.post('/api/v1/models/{model}/versions', {
        model: name,
        digest: uploaded!.digest,
        format: options.format ?? 'onnx',
        source: options.run ? { runId: options.run } : {},
        ...(options.description && { description: options.description }),
        ...(options.tag && { tags: options.tag }),
      });
      print(version, options, showVersion);
    });
}

function addPromotion(model: Command): void {
  withServer(model.command('alias'))
    .description('point an alias to a version, if the gates let it; --remove takes it away')
    .argument('<model>', 'its name')
    .argument('<alias>', 'such as champion')
    .argument('[version]', 'a number, an alias or `latest`')
    .option('--reason <text>', 'why')
    .option('--remove', 'remove the alias')
    .action(async (...[model, alias, version, options]: [string, string, string | undefined, AliasOptions]) =>
      moveAlias({ model, alias, version }, options),
    );
  withServer(model.command('stage'))
    .description('move a version to a stage, if the gates let it')
    .argument('<model>', 'its name')
    .argument('<version>', 'a number, an alias or `latest`')
    .argument('<stage>', 'none, staging, production or archived')
    .option('--reason <text>', 'why')
    .option('--archive-others', 'archive the other versions of that stage')
    .action(async (...[name, version, stage, options]: [string, string, string, StageOptions]) => {
      const client = clientOf(options);
      const promoted = await client.post('/api/v1/models/{model}/versions/{version}/stage', {
        model: name,
        version: await versionNumber(client, name, version),
        stage: stage as never,
        archiveOthers: options.archiveOthers ?? false,
        ...(options.reason && { reason: options.reason }),
      });
      print(promoted, options, () => `${name} version ${promoted.version.number} is now in ${promoted.version.stage}.`);
    });
  withServer(model.command('check'))
    .description('ask the gates what they would say to a promotion; exits 1 when they refuse')
    .argument('<model>', 'its name')
    .argument('<version>', 'a number, an alias or `latest`')
    .option('--alias <alias>', 'the alias it would get')
    .option('--stage <stage>', 'the stage it would get')
    .action(async (name: string, version: string, options: CommonOptions & TargetOptions) => {
      const client = clientOf(options);
      const asked = { model: name, version: await versionNumber(client, name, version), target: targetOf(options) };
      const verdict = await client.post('/api/v1/models/{model}/versions/{version}/check', asked);
      print(verdict, options, showVerdict);
      if (verdict.outcome !== 'passed' && verdict.outcome !== 'unguarded') process.exitCode = 1;
    });
}

interface AliasOptions extends CommonOptions {
  reason?: string;
  remove?: boolean;
}

type StageOptions = AliasOptions & { archiveOthers?: boolean };

interface Move {
  model: string;
  alias: string;
  version: string | undefined;
}

async function moveAlias({ model, alias, version }: Move, options: AliasOptions) {
  const client = clientOf(options);
  const reason = options.reason ? { reason: options.reason } : {};
  if (options.remove) {
    await client.delete('/api/v1/models/{model}/aliases/{alias}', { model, alias, ...reason });
    return print({ removed: alias }, options, () => `Removed the alias ${alias} of ${model}.`);
  }
  if (version === undefined) throw new UsageError('Which version? A number, an alias or `latest`.');
  const number = await versionNumber(client, model, version);
  const promoted = await client.put('/api/v1/models/{model}/aliases/{alias}', {
    model,
    alias,
    version: number,
    ...reason,
  });
  print(promoted, options, () => {
    const said = promoted.verdict ? `${showVerdict(promoted.verdict)}\n` : '';
    return `${said}${model}@${alias} is now version ${colour.bold(String(number))}.`;
  });
}
