import type { Command } from 'commander';
import { type CommonOptions, clientOf, UsageError } from '../context.ts';
import { wordOf } from '../list.ts';
import { print } from '../output.ts';
import { startProgress } from '../progress.ts';
import { withServer } from './project.ts';

interface ImportOptions extends CommonOptions {
  uri?: string;
  db?: string;
  artifacts: string | boolean;
  credentials?: string;
  experiment?: string[];
  dryRun?: boolean;
}

/** Adds `import mlflow`. */
export function addImportCommands(program: Command): void {
  withServer(program.command('import').description('take over what other platforms hold').command('mlflow'))
    .description('take over experiments, runs, models and files of MLflow; exits 3 when something did not fit')
    .option('--uri <server>', 'the tracking server, with credentials as MLflow clients take them (MLFLOW_TRACKING_…)')
    .option('--db <database>', 'its database in place of the server: sqlite:///file, or postgresql://… (PGPASSWORD)')
    .option('--artifacts <folder>', 'where the files lie that the database tells of')
    .option('--no-artifacts', 'without any files')
    .option('--credentials <file>', 'lines such as mlflow_tracking_token = …, in place of the environment')
    .option('--experiment <name>', 'only this, without registered models; * for any text; may be repeated', wordOf)
    .option('--dry-run', 'only count')
    .action(async (options: ImportOptions) => {
      const { takeOver } = await import('../import/take-over.ts');
      const { createReport, exitNotFitting, reportText } = await import('../import/report.ts');
      const { namePattern } = await import('../import/name-pattern.ts');
      refuseSelf(options);
      const report = createReport(options.dryRun === true);
      const source = await openSource(options);
      try {
        await takeOver({
          ...{ source, report, client: clientOf(options), wants: namePattern(options.experiment) },
          models: options.experiment === undefined,
          artifacts: options.artifacts !== false,
          startProgress: (total) => startProgress('importing', total),
        });
      } finally {
        await source.close();
      }
      print(report, options, reportText);
      if (report.notFittingCount > 0) process.exitCode = exitNotFitting;
    });
}

function refuseSelf(options: ImportOptions): void {
  const isSame = options.uri?.replace(/\/+$/, '') === clientOf(options).url;
  if (isSame && !options.dryRun) throw new UsageError('--uri is the server itself that --url names.');
}

async function openSource({ uri, db, artifacts, credentials }: ImportOptions) {
  if ((uri === undefined) === (db === undefined)) throw new UsageError('Give either --uri or --db.');
  if (uri !== undefined) {
    const { createMlflowApi } = await import('../import/mlflow-api.ts');
    const { createRestSource } = await import('../import/rest-source.ts');
    const { readCredentials } = await import('../import/credentials.ts');
    return createRestSource(createMlflowApi(uri, readCredentials(credentials)));
  }
  const { existsSync } = await import('node:fs');
  const { openRows } = await import('../import/database-rows.ts');
  const { createDatabaseSource } = await import('../import/database-source.ts');
  const folder = typeof artifacts === 'string' ? artifacts : undefined;
  if (folder !== undefined && !existsSync(folder)) throw new UsageError(`There is no folder '${folder}'.`);
  return createDatabaseSource(await openRows(db!), folder);
}
