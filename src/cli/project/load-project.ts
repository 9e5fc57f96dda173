import { readFileSync, statSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Project, ProjectDocument } from '@tidemill/sdk';
import { fail, messageOf, TidemillError } from '../../kernel/errors.ts';
import type { ConfigFile } from './find-config.ts';
import { resolveSdk } from './resolve-sdk.ts';
import { readYamlProject } from './yaml-project.ts';

/** A project as loaded: its name and documents, with where each is written relative to the folder the command runs in. */
export async function loadProject({ folder, file }: ConfigFile): Promise<Project> {
  const path = join(folder, file);
  const shown = relative(process.cwd(), path) || path;
  if (/\.ya?ml$/.test(file)) return readYamlProject(readFileSync(path, 'utf8'), shown, basename(folder));
  const declared = await importDefault(path, shown);
  return checkProject(declared, { shown, folder });
}

async function importDefault(path: string, shown: string): Promise<unknown> {
  resolveSdk();
  try {
    const fresh = `${pathToFileURL(path).href}?at=${statSync(path).mtimeMs}`;
    return ((await import(fresh)) as { default?: unknown }).default;
  } catch (error) {
    if (error instanceof TidemillError) throw error;
    return fail('invalid_config', `${placeOf(error, path, shown)}: ${firstLine(error)}`, { cause: error });
  }
}

/** Where in the project's files an error arose: from its stack, or from the code frame of a syntax error. */
function placeOf(error: unknown, path: string, shown: string): string {
  const text = error instanceof Error ? `${error.stack ?? ''}\n${error.message}` : '';
  for (const match of text.matchAll(/(?:file:\/\/)?(\/[^\s?()]+\.[cm]?[jt]s)(?:\?[^\s:)]*)?:(\d+)/g)) {
    if (match[1] === path) return `${shown}:${match[2]}`;
    if (!match[1]!.includes('/node_modules/') && !match[1]!.includes('/src/cli/'))
      return `${relative(process.cwd(), match[1]!)}:${match[2]}`;
  }
  return shown;
}

function firstLine(error: unknown): string {
  const text = messageOf(error);
  const useful = text.split('\n').find((line) => line.trim() !== '' && !/^\s*[╭│╰,|-]/.test(line));
  return (useful ?? text).trim();
}

function checkProject(declared: unknown, { shown, folder }: { shown: string; folder: string }): Project {
  const project = declared as Partial<Project> | undefined;
  if (project === null || typeof project !== 'object' || !Array.isArray(project.resources)) {
    const cure = 'It must end in: export default defineProject({ name, resources: [ … ] }).';
    return fail('invalid_config', `${shown}: the default export is not a project. ${cure}`, { field: 'default', cure });
  }
  const name = project.name ?? basename(folder);
  const resources = project.resources.flat(3).map((one: ProjectDocument, index) => {
    if (
      one === null ||
      typeof one !== 'object' ||
      typeof one.kind !== 'string' ||
      typeof one.metadata?.name !== 'string'
    ) {
      return fail('invalid_config', `${shown}: resources[${index}] is not made by a define… builder.`, {
        field: `resources.${index}`,
      });
    }
    return { ...one, source: shorten(one.source) ?? shown };
  });
  return { name, resources };
}

function shorten(source: string | undefined): string | undefined {
  const match = source && /^(.*):(\d+)$/.exec(source);
  return match ? `${relative(process.cwd(), match[1]!)}:${match[2]}` : undefined;
}
