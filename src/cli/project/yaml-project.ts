import type { Project, ProjectDocument } from '@tidemill/sdk';
import { isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml';
import { fail } from '../../kernel/errors.ts';

/** Reads a project written in YAML: `name`, and `resources` as a list of `{kind, metadata: {name}, spec}`. */
export function readYamlProject(text: string, file: string, fallbackName: string): Project {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true, version: '1.2' });
  const lineOf = (node: Node | null | undefined) => (node?.range ? lines.linePos(node.range[0]).line : 1);
  const problem = document.errors[0] ?? document.warnings[0];
  if (problem) {
    const line = lines.linePos(problem.pos[0]).line;
    return fail('invalid_config', `${file}:${line}: ${problem.message.split('\n')[0]}`, { line });
  }
  const root = document.contents;
  if (!isMap(root)) return fail('invalid_config', `${file}:1: a project is a map with 'name' and 'resources'.`);
  for (const { key } of root.items) {
    const word = isScalar(key) ? String(key.value) : '';
    if (word !== 'name' && word !== 'resources') {
      fail('invalid_config', `${file}:${lineOf(key as Node)}: a project has 'name' and 'resources', not '${word}'.`, {
        field: word,
      });
    }
  }
  const list = root.get('resources', true) as Node | undefined;
  if (!isSeq(list))
    return fail('invalid_config', `${file}:${lineOf(list)}: 'resources' must be a list.`, { field: 'resources' });
  const resources = list.items.map((item) => toResource(item as Node, `${file}:${lineOf(item as Node)}`));
  const name = root.get('name');
  return { name: typeof name === 'string' ? name : fallbackName, resources };
}

function toResource(node: Node, source: string): ProjectDocument {
  if (!isMap(node)) return fail('invalid_config', `${source}: a resource is a map with kind, metadata and spec.`);
  const { kind, metadata, spec, ...rest } = node.toJSON() as Partial<ProjectDocument> & Record<string, unknown>;
  const extra = Object.keys(rest)[0];
  if (extra !== undefined)
    fail('invalid_config', `${source}: a resource has kind, metadata and spec, not '${extra}'.`, { field: extra });
  if (typeof kind !== 'string') return fail('invalid_config', `${source}: 'kind' is missing.`, { field: 'kind' });
  if (typeof metadata?.name !== 'string')
    return fail('invalid_config', `${source}: 'metadata.name' is missing.`, { field: 'metadata.name' });
  return { kind, metadata: { name: metadata.name }, spec: spec ?? {}, source };
}
