import { createWriteStream } from 'node:fs';
import { rename, rm, stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';
import { type Command, Option } from 'commander';
import { type CommonOptions, clientOf } from '../context.ts';
import { wordOf } from '../list.ts';
import { print } from '../output.ts';
import { bytesText } from '../progress.ts';
import { withServer } from './project.ts';

interface ExportOptions extends CommonOptions {
  format: 'csv' | 'parquet';
  out?: string;
  filter?: string;
  order?: string[];
  metric?: string[];
  param?: string[];
  tag?: string[];
  deleted?: boolean;
}

/** Adds `run export`. */
export function addRunExport(run: Command): void {
  withServer(run.command('export'))
    .description('write all runs that a filter finds into a CSV or Parquet file')
    .argument('[experiments...]', 'only those of these experiments')
    .addOption(new Option('--format <format>', 'of the file').choices(['csv', 'parquet']).default('csv'))
    .option('--out <file>', 'where to; `runs.csv` or `runs.parquet` unless given, `-` for standard output')
    .option('--filter <filter>', 'such as "metrics.roc_auc_score > 0.8 or tags.owner = \'ada\'"')
    .option('--order <by>', 'such as "metrics.roc_auc_score desc"; may be repeated', wordOf)
    .option('--metric <name>', 'a metric to write; may be repeated; all unless given', wordOf)
    .option('--param <name>', 'a parameter to write; may be repeated; all unless given', wordOf)
    .option('--tag <name>', 'a tag to write; may be repeated; all unless given', wordOf)
    .option('--deleted', 'deleted runs in place of the others')
    .action(async (experiments: string[], options: ExportOptions) => {
      const answer = await clientOf(options).open(`/api/v1/runs/export?${queryOf(experiments, options)}`);
      const body = Readable.fromWeb(answer.body as ReadableStream);
      if (options.out === '-') return pipeline(body, process.stdout);
      const file = options.out ?? `runs.${options.format}`;
      await writeWhole(file, body);
      const { size } = await stat(file);
      print({ file, bytes: size }, options, () => `Wrote ${file}, ${bytesText(size)}.`);
    });
}

function queryOf(experiments: readonly string[], options: ExportOptions): URLSearchParams {
  const query = new URLSearchParams({ format: options.format, filter: options.filter ?? '' });
  if (options.deleted) query.set('lifecycle', 'deleted');
  for (const one of experiments) query.append('experiments', one);
  for (const term of options.order ?? []) query.append('orderBy', term);
  for (const [field, keys] of [
    ['metrics', options.metric],
    ['params', options.param],
    ['tags', options.tag],
  ] as const) {
    for (const key of keys ?? []) query.append(field, key);
  }
  return query;
}

/** At the file's place there is what was there before, or the whole export. */
async function writeWhole(file: string, body: Readable): Promise<void> {
  const temporary = `${file}.part`;
  try {
    await pipeline(body, createWriteStream(temporary));
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}
