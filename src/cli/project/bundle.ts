import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { type Client, type Project, type ProjectDocument, TidemillApiError } from '@tidemill/sdk';
import { fail } from '../../kernel/errors.ts';

const skipped = new Set(['node_modules', '.git', '.tidemill', 'dist', '__pycache__', '.venv', 'coverage']);
const isCode = /\.([cm]?[jt]s|json|sql|py|sh|r|ya?ml|txt|toml|md)$/i;
/** Pages for people: a change in them is no change of code. */
const isPage = /^(readme|changelog|license|contributing)\b/i;
const mostFiles = 2_000;
const mostBytes = 20_000_000;

/** The code of a project folder: small text files that steps may need, by path; `except` are paths that are none. */
export function collectCode(folder: string, except: readonly string[] = []): Map<string, Buffer> {
  const files = new Map<string, Buffer>();
  let bytes = 0;
  const walk = (at: string) => {
    for (const entry of readdirSync(at, { withFileTypes: true })) {
      if (entry.name.startsWith('.') || skipped.has(entry.name)) continue;
      const path = join(at, entry.name);
      if (entry.isDirectory()) walk(path);
      if (!entry.isFile() || !isCode.test(entry.name) || isPage.test(entry.name) || except.includes(path)) continue;
      const content = readFileSync(path);
      bytes += content.length;
      if (files.size >= mostFiles || bytes > mostBytes) {
        const cure = `Keep data out of the project folder; code may hold ${mostFiles} files and ${mostBytes / 1e6} MB.`;
        fail('too_large', `The code of ${folder} is too large to bundle. ${cure}`, { cure });
      }
      files.set(relative(folder, path).replaceAll('\\', '/'), content);
    }
  };
  walk(folder);
  return files;
}

/** Whether a pipeline runs code of the project. */
function needsCode(document: ProjectDocument): boolean {
  const { steps = {}, bundle } = document.spec as { steps?: Record<string, { kind?: string }>; bundle?: string };
  if (document.kind !== 'Pipeline' || bundle) return false;
  return Object.values(steps).some(({ kind }) => kind === 'typescript' || kind === 'shell');
}

/** Uploads the project's code where pipelines need it, and pins them to it. Nothing is sent again where the server has it all. */
export async function withBundle(
  client: Client,
  project: Project,
  { folder, except }: ProjectFolder,
): Promise<Project> {
  if (!project.resources.some(needsCode)) return project;
  const files = collectCode(folder, except);
  const manifest: Record<string, string> = {};
  for (const [path, content] of files) manifest[path] = createHash('sha256').update(content).digest('hex');
  const bundle = await uploadBundle(client, { files, manifest, folder });
  const pin = (one: ProjectDocument) => (needsCode(one) ? { ...one, spec: { ...one.spec, bundle } } : one);
  return { ...project, resources: project.resources.map(pin) };
}

/** Where the code lies, and which files there are none of it. */
export interface ProjectFolder {
  folder: string;
  except: readonly string[];
}

interface Code {
  files: Map<string, Buffer>;
  manifest: Record<string, string>;
  folder: string;
}

async function uploadBundle(client: Client, { files, manifest, folder }: Code): Promise<string> {
  const make = async () => (await client.post('/api/v1/bundles', { files: manifest, origin: folder })).digest;
  try {
    return await make();
  } catch (error) {
    const isMissing = error instanceof TidemillApiError && String(error.details['field'] ?? '').startsWith('files.');
    if (!isMissing) throw error;
  }
  for (const [path, digest] of Object.entries(manifest)) {
    await client.upload('PUT', `/api/v1/bundles/files/${digest}`, new Uint8Array(files.get(path)!));
  }
  return make();
}
