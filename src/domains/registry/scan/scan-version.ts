import { Readable } from 'node:stream';
import { z } from 'zod';
import type { Blobs } from '../../../blobs/index.ts';
import { parseYaml } from '../../../kernel/yaml.ts';
import type { VersionFile } from '../folder-schema.ts';
import { type ScanFinding, scanFile } from './scan-file.ts';

/** What a scan for code found in the files of a version. */
export const scanSchema = z
  .object({
    verdict: z.enum(['safe', 'suspicious', 'dangerous']).describe('The worst of the findings.'),
    files: z.number().int().describe('How many were looked at.'),
    findings: z
      .array(z.object({ path: z.string(), level: z.enum(['suspicious', 'dangerous']), what: z.string() }))
      .describe('The worst first, at most 100.'),
    omitted: z.number().int().describe('Findings beyond those.'),
    scanner: z.number().int().describe('The version of the rules.'),
  })
  .meta({ id: 'Scan' });
/** What a scan for code found in the files of a version. */
export type Scan = z.output<typeof scanSchema>;

const scanner = 1;
const mostFindings = 100;
const longestText = 300;
const mostModelBytes = 1_048_576;
const filesAtOnce = 4;

/** Looks for code in files that may be loaded as a model. Never runs, imports or unpacks anything. */
export async function scanFiles(blobs: Blobs, files: readonly VersionFile[]): Promise<Scan> {
  const findings: ScanFinding[] = [];
  for (let at = 0; at < files.length; at += filesAtOnce) {
    const some = files.slice(at, at + filesAtOnce).map((file) => scanOne(blobs, file));
    findings.push(...(await Promise.all(some)).flat());
  }
  const rank = { dangerous: 0, suspicious: 1 };
  findings.sort((a, b) => rank[a.level] - rank[b.level] || (a.path < b.path ? -1 : 1));
  const shown = findings.slice(0, mostFindings).map(({ path, level, what }) => ({
    ...{ path: cut(path), level, what: cut(what) },
  }));
  const verdict = findings[0]?.level ?? 'safe';
  return { verdict, files: files.length, findings: shown, omitted: findings.length - shown.length, scanner };
}

function cut(text: string): string {
  return text.toWellFormed().slice(0, longestText);
}

async function scanOne(blobs: Blobs, { path, digest, bytes }: VersionFile): Promise<ScanFinding[]> {
  const range = (start: number, end: number) =>
    start < end ? blobs.open(digest, { start, end }) : Promise.resolve(Readable.from([]));
  const findings = bytes === 0 ? [] : await scanFile({ path, bytes, range });
  if (/\.(py|pyc|so|dll|dylib|sh|exe)$/i.test(path)) {
    findings.push({ path, level: 'suspicious', what: 'It is a program that loading the model may run.' });
  }
  if (path.split('/').at(-1) !== 'MLmodel') return findings;
  if (bytes > mostModelBytes)
    return [...findings, { path, level: 'suspicious', what: 'It is too long to be looked at.' }];
  return [...findings, ...judgeModelFile(path, (await blobs.read(digest)).toString('utf8'))];
}

/** An MLmodel file says which module loads the model: one of MLflow's own, or one that comes along. */
function judgeModelFile(path: string, text: string): ScanFinding[] {
  const say = (level: ScanFinding['level'], what: string): ScanFinding[] => [{ path, level, what }];
  let model: unknown;
  try {
    model = parseYaml(text, { maxAliasCount: 100 });
  } catch {
    return say('suspicious', 'It is not YAML.');
  }
  const flavors = (model as { flavors?: unknown } | null)?.flavors;
  if (flavors === undefined) return [];
  const shape = z.record(
    z.string(),
    z.looseObject({ loader_module: z.unknown().optional(), code: z.unknown().optional() }),
  );
  const read = shape.safeParse(flavors);
  if (!read.success) return say('suspicious', 'Its flavors are not as MLflow writes them.');
  return Object.entries(read.data).flatMap(([name, { loader_module: loader, code }]) => {
    const isKnown = loader === undefined || /^mlflow(\.[a-z0-9_]+)*$/.test(String(loader));
    const found = isKnown ? [] : say('dangerous', `Flavor ${name} is loaded by the module ${String(loader)}.`);
    return code ? [...found, ...say('suspicious', `Flavor ${name} brings code of its own.`)] : found;
  });
}
