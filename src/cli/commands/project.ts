import type { OutputOf } from '@tidemill/sdk';
import type { Command } from 'commander';
import { type CommonOptions, clientOf } from '../context.ts';
import { colour, print } from '../output.ts';

type Plan = OutputOf<'/api/v1/projects/{project}/plan', 'post'>;

interface ProjectOptions extends CommonOptions {
  plan?: string;
  prune?: boolean;
  out?: string;
}

/** Adds `init`, `plan` and `apply`. */
export function addProjectCommands(program: Command): void {
  program
    .command('init')
    .description('write a small working project into a folder')
    .argument('[folder]', 'where to; made when it does not exist', '.')
    .option('--name <name>', 'name of the project; that of the folder unless given')
    .option('--json', 'answer as JSON')
    .action(async (folder: string, options: { name?: string; json?: boolean }) => {
      const { initProject } = await import('../project/init-project.ts');
      const made = initProject(folder, options.name);
      print(
        made,
        options,
        () => `${made.files.map((file) => `  ${file}`).join('\n')}\n\nNext: ${colour.bold(made.next)}`,
      );
    });
  withServer(program.command('plan'))
    .description('show what applying a project would change; exits 0 when nothing, 2 when something, 1 on an error')
    .argument('[path]', 'the project folder or file', '.')
    .option('--out <file>', 'keep the plan for `apply --plan`, such as release.plan')
    .action(async (path: string, options: ProjectOptions) => {
      const { plan } = await loadAndPlan(path, options);
      if (options.out) await keepPlan(plan, options.out);
      print(plan, options, showPlan);
      process.exitCode = plan.changes.some((change: { action: string }) => change.action !== 'none') ? 2 : 0;
    });
  withServer(program.command('apply'))
    .description('make a project so; nothing happens when all is so')
    .argument('[path]', 'the project folder or file', '.')
    .option('--plan <file>', 'a plan kept by `plan --out`: refused when anything has changed since')
    .option('--prune', 'delete what the project owns and no longer declares')
    .action(async (path: string, options: ProjectOptions) => applyProject(path, options));
}

/** The options of a command that talks to a server. */
export function withServer(command: Command): Command {
  return command
    .option('--url <url>', 'address of the server (TIDEMILL_URL)')
    .option('--token <token>', 'token for the server (TIDEMILL_TOKEN)')
    .option('--json', 'answer as JSON');
}

async function loadAndPlan(path: string, options: ProjectOptions) {
  const { findConfig } = await import('../project/find-config.ts');
  const { loadProject } = await import('../project/load-project.ts');
  const { withBundle } = await import('../project/bundle.ts');
  const { resolve } = await import('node:path');
  const client = clientOf(options);
  const config = findConfig(path);
  const loaded = await loadProject(config);
  // A kept plan in the folder is no code: it would make the project other than the plan says.
  const except = [options.out, options.plan].filter((file) => file !== undefined).map((file) => resolve(file));
  const project = await withBundle(client, loaded, { folder: config.folder, except });
  const input = { project: project.name, documents: project.resources as never };
  return { client, project, folder: config.folder, plan: await client.post('/api/v1/projects/{project}/plan', input) };
}

async function keepPlan(plan: Plan, file: string) {
  const { writeFileSync } = await import('node:fs');
  writeFileSync(file, `${JSON.stringify(plan, null, 2)}\n`);
}

async function applyProject(path: string, options: ProjectOptions) {
  const { client, project, folder } = await loadAndPlan(path, options);
  const { readFileSync } = await import('node:fs');
  const { commitOf } = await import('../project/commit.ts');
  const kept = options.plan ? (JSON.parse(readFileSync(options.plan, 'utf8')) as { digest: string }).digest : undefined;
  const applied = await client.post('/api/v1/projects/{project}/apply', {
    project: project.name,
    documents: project.resources as never,
    plan: kept,
    prune: options.prune ?? false,
    commit: commitOf(folder),
  });
  print(applied, options, () => {
    const left = applied.kept.length > 0 ? `\nNot deleted without --prune: ${applied.kept.join(', ')}` : '';
    const done = applied.changed ? `Applied revision ${applied.revision} of ${project.name}.` : 'Nothing to change.';
    return `${showPlan(applied.plan)}\n${colour.bold(done)}${left}`;
  });
}

const marks = { create: colour.green('+'), update: colour.yellow('~'), delete: colour.red('-'), none: ' ' };

function showPlan(plan: Plan): string {
  const changes = plan.changes.filter((change: { action: string }) => change.action !== 'none');
  const lines = changes.flatMap((change: Plan['changes'][number]) => [
    `${marks[change.action as keyof typeof marks]} ${change.kind} ${colour.bold(change.name)}`,
    ...(change.action === 'update'
      ? change.fields.map(
          (field: Plan['changes'][number]['fields'][number]) =>
            `    ${field.path}: ${short(field.before)} → ${short(field.after)}`,
        )
      : []),
    ...(change.action === 'create' ? [] : change.effects.map((effect: string) => colour.dim(`    ${effect}`))),
  ]);
  const { create, update, delete: gone, none } = plan.summary;
  return [...lines, `${create} to create, ${update} to update, ${gone} to delete, ${none} unchanged.`].join('\n');
}

function short(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}
