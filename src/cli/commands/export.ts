import type { Command } from 'commander';
import { type CommonOptions, clientOf, UsageError } from '../context.ts';
import { wordOf } from '../list.ts';
import { print } from '../output.ts';
import { startProgress } from '../progress.ts';
import { withServer } from './project.ts';

interface ExportOptions extends CommonOptions {
  uri: string;
  artifacts: boolean;
  credentials?: string;
  experiment?: string[];
  dryRun?: boolean;
}

/** Adds `export mlflow`. */
export function addExportCommands(program: Command): void {
  withServer(program.command('export').description('give what this server holds to other platforms').command('mlflow'))
    .description('send experiments, runs, models and files to an MLflow server; exits 3 when something did not fit')
    .requiredOption(
      '--uri <server>',
      'the MLflow server, with credentials as its clients take them (MLFLOW_TRACKING_…)',
    )
    .option('--no-artifacts', 'without any files')
    .option('--credentials <file>', 'lines such as mlflow_tracking_token = …, in place of the environment')
    .option('--experiment <name>', 'only this, without registered models; * for any text; may be repeated', wordOf)
    .option('--dry-run', 'only count')
    .action(async (options: ExportOptions) => {
      const { sendAll } = await import('../export/send-all.ts');
      const { createMlflowApi } = await import('../import/mlflow-api.ts');
      const { createRestSource } = await import('../import/rest-source.ts');
      const { readCredentials } = await import('../import/credentials.ts');
      const { createReport, exitNotFitting, reportText } = await import('../import/report.ts');
      const { namePattern } = await import('../import/name-pattern.ts');
      const { url } = clientOf(options);
      const token = options.token ?? process.env['TIDEMILL_TOKEN'];
      const target = createMlflowApi(options.uri, readCredentials(options.credentials));
      if (target.url === url) throw new UsageError('--uri is the server itself that --url names.');
      const report = createReport(options.dryRun === true);
      await sendAll({
        ...{ target, report, from: url, wants: namePattern(options.experiment) },
        source: createRestSource(createMlflowApi(url, token ? { token } : {})),
        models: options.experiment === undefined,
        artifacts: options.artifacts,
        startProgress: (total) => startProgress('exporting', total),
      });
      print(report, options, reportText);
      if (report.notFittingCount > 0) process.exitCode = exitNotFitting;
    });
}
