import { stringify } from 'yaml';
import { textFile, type WrittenFile } from './package-facts.ts';

/** Writes documents as one YAML file, in the order of their keys as given; texts that other readers take for something else are quoted. */
export function yamlFile(path: string, comment: string, documents: readonly object[]): WrittenFile {
  const texts = documents.map((document) =>
    stringify(document, { lineWidth: 0, aliasDuplicateObjects: false, version: '1.1' }),
  );
  return textFile(path, `# ${comment}\n${texts.join('---\n')}`);
}
