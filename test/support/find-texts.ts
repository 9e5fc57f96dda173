import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Every file of a folder, at any depth, that holds one of the texts among its bytes, with the text. */
export async function findTexts(folder: string, texts: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const bytes = await readFile(join(entry.parentPath, entry.name));
    for (const text of texts) if (bytes.includes(text)) found.push(`${entry.name}: ${text}`);
  }
  return found;
}
