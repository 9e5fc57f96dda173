import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { documentSpecs } from '../src/app/kinds.ts';
import { documentedRoutes } from '../src/app/routes.ts';
import { version } from '../src/app/version.ts';
import { describeCommands } from '../src/cli/reference.ts';
import { writeOpenApi } from '../src/http/openapi.ts';
import { statusOfKind } from '../src/http/problem.ts';
import { errorCatalogue } from '../src/kernel/errors.ts';
import { flagOf, settingsSchema, variableOf } from '../src/settings.ts';

// `npm run generate` writes openapi.json, sdk/src/types.ts and docs/{settings,errors,cli}.md from the sources;
// `--check` fails instead when one of them is not up to date.

const root = join(import.meta.dirname, '..');
const notice = '<!-- Written by `npm run generate`. -->';

function openApi(): string {
  return `${JSON.stringify(writeOpenApi(documentedRoutes(version), version, documentSpecs), null, 2)}\n`;
}

function sdkTypes(document: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'tidemill-generate-'));
  try {
    const [input, output] = [join(folder, 'openapi.json'), join(folder, 'types.ts')];
    writeFileSync(input, document);
    const tool = join(root, 'tools', 'node_modules', 'openapi-typescript', 'bin', 'cli.js');
    execFileSync(process.execPath, [tool, input, '-o', output, '--default-non-nullable=false'], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    return readFileSync(output, 'utf8').replace(
      /^\/\*\*[\s\S]*?\*\/\n/,
      '/** Written by `npm run generate` from openapi.json. */\n',
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function settingsPage(): string {
  const rows = Object.entries(settingsSchema.shape).map(([name, schema]) => {
    const preset = schema.safeParse(undefined);
    const shown = preset.success && preset.data !== '' && String(preset.data) !== '' ? `\`${preset.data}\`` : '';
    return `| \`${flagOf(name)}\` | \`${variableOf(name)}\` | \`${name}\` | ${shown} | ${schema.description} |`;
  });
  return `# Settings\n\n${notice}\n\nA flag of \`tidemill server\` wins over the environment variable, that over the file
\`tidemill.settings.yaml\` in the home folder (or the one \`TIDEMILL_SETTINGS\` names), that over the default.
Unknown settings are refused.\n\n| flag | variable | in the file | default | what it is |\n|---|---|---|---|---|\n${rows.join('\n')}\n`;
}

function errorsPage(): string {
  const rows = Object.entries(errorCatalogue).map(
    ([code, { kind, meaning }]) => `| \`${code}\` | ${statusOfKind[kind]} | ${kind} | ${meaning} |`,
  );
  return `# Errors\n\n${notice}\n\nEvery error of the API is \`application/problem+json\` with one of these codes in \`code\`, a sentence for people in
\`detail\`, the request's id in \`requestId\`, and often \`field\`, \`value\` and \`cure\`.\n\n| code | status | kind | meaning |\n|---|---|---|---|\n${rows.join('\n')}\n`;
}

const document = openApi();
const pages: Record<string, string> = {
  'openapi.json': document,
  'sdk/src/types.ts': sdkTypes(document),
  'docs/settings.md': settingsPage(),
  'docs/errors.md': errorsPage(),
  'docs/cli.md': `# Command line\n\n${notice}\n\n${await describeCommands()}`,
};

const stale: string[] = [];
for (const [path, text] of Object.entries(pages)) {
  let old = '';
  try {
    old = readFileSync(join(root, path), 'utf8');
  } catch {}
  if (old === text) continue;
  stale.push(path);
  if (!process.argv.includes('--check')) writeFileSync(join(root, path), text);
}

if (process.argv.includes('--check') && stale.length > 0) {
  console.error(`Not up to date: ${stale.join(', ')}. Run 'npm run generate'.`);
  process.exitCode = 1;
} else {
  console.log(stale.length > 0 ? `Wrote ${stale.join(', ')}.` : 'Generated files are up to date.');
}
