import { type Command, InvalidArgumentError, Option } from 'commander';
import { withServer } from './commands/project.ts';
import type { CommonOptions } from './context.ts';
import { type Column, colour, print, table } from './output.ts';

/** Options of every command that gives a list. */
export interface ListOptions extends CommonOptions {
  limit: number;
  all?: boolean;
}

interface Page<T> {
  items: T[];
  nextPageToken?: string | undefined;
}

/** The options of a command that gives a list from a server. */
export function withList(command: Command): Command {
  return withServer(command)
    .addOption(new Option('--limit <count>', 'how many at the most').argParser(countOf).default(50))
    .option('--all', 'everything, however long');
}

/** A whole number above zero, as an option's value. */
export function countOf(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1) throw new InvalidArgumentError('A whole number above zero is needed.');
  return value;
}

/** `key=value` words gathered into one record, as an option's value. */
export function pairOf(text: string, before: Record<string, string> = {}): Record<string, string> {
  const at = text.indexOf('=');
  if (at < 1) throw new InvalidArgumentError('It is written key=value.');
  return { ...before, [text.slice(0, at)]: text.slice(at + 1) };
}

/** Words of an option that may be given several times. */
export function wordOf(text: string, before: string[] = []): string[] {
  return [...before, text];
}

/** Reads pages until there are as many items as asked for, or none are left. */
export async function readList<T>(
  options: ListOptions,
  read: (page: { limit: number; pageToken?: string }) => Promise<Page<T>>,
): Promise<Page<T>> {
  const most = options.all ? Number.POSITIVE_INFINITY : options.limit;
  const items: T[] = [];
  let pageToken: string | undefined;
  do {
    const page = await read({ limit: Math.min(most - items.length, 1000), ...(pageToken && { pageToken }) });
    items.push(...page.items);
    pageToken = page.nextPageToken;
  } while (pageToken && items.length < most);
  return { items, ...(pageToken && { nextPageToken: pageToken }) };
}

/** Writes a list: a table with a word about what is left out, or JSON. */
export function printList<T>(page: Page<T>, options: ListOptions, columns: readonly Column<T>[]): void {
  print(page, options, () => {
    if (page.items.length === 0) return colour.dim('None.');
    const more = page.nextPageToken ? `\n${colour.dim(`The first ${page.items.length}; --all shows everything.`)}` : '';
    return table(page.items, columns) + more;
  });
}
