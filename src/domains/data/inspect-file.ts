import { type FileHandle, open } from 'node:fs/promises';
import { extname } from 'node:path';
import { badFile, type SourceFile } from './bad-file.ts';

const extensions: Record<string, SourceFile['format']> = {
  '.csv': 'csv',
  '.tsv': 'csv',
  '.txt': 'csv',
  '.parquet': 'parquet',
  '.pq': 'parquet',
  '.ndjson': 'ndjson',
  '.jsonl': 'ndjson',
  '.json': 'json',
};

/** The format of a file: by its name's ending, else by its first bytes. */
export async function formatOf(file: { path: string; name: string }): Promise<SourceFile['format']> {
  const byName = extensions[extname(file.name).toLowerCase()];
  if (byName) return byName;
  const head = await withFile(file.path, (handle) => readAt(handle, 0, 64));
  if (head.subarray(0, 4).toString('latin1') === 'PAR1') return 'parquet';
  const first = head.toString('utf8').trimStart()[0];
  return first === '{' ? 'ndjson' : first === '[' ? 'json' : 'csv';
}

/** Fails with `invalid_data` for what can be seen from a file's size and its first and last bytes. */
export async function inspectFile(file: SourceFile, encoding = 'utf-8'): Promise<void> {
  await withFile(file.path, async (handle) => {
    const { size } = await handle.stat();
    if (size === 0) badFile(file, 'The file is empty (0 bytes).', { cure: 'Write it again, or leave it out.' });
    const head = await readAt(handle, 0, 4096);
    if (file.format === 'parquet') return inspectParquet(file, handle, size);
    if (head.toString('utf8').trim() === '') {
      badFile(file, 'The file holds white space only.', { cure: 'Write it again, or leave it out.' });
    }
    const mark = head.subarray(0, 2).toString('hex');
    if ((mark === 'fffe' || mark === 'feff') && encoding === 'utf-8') {
      badFile(file, 'The file is UTF-16.', { line: 1, cure: "Set `csv.encoding` to 'utf-16', or save it as UTF-8." });
    }
    if (head.subarray(0, 4).toString('latin1') === 'PAR1') {
      badFile(file, `The file is Parquet, not ${file.format}.`, { cure: "Set `format` to 'parquet'." });
    }
    if (head.subarray(0, 2).toString('hex') === '1f8b') {
      badFile(file, 'The file is compressed (gzip).', { cure: 'Unpack it first.' });
    }
    if (head.includes(0) && encoding !== 'utf-16') {
      badFile(file, 'The file holds zero bytes: it is not text.', { cure: 'Check that this is the file you mean.' });
    }
    if (file.format === 'json') await inspectJson(file, handle, size);
  });
}

/** A list cut off behind a comma is read as whole by DuckDB: its end has to be there. */
async function inspectJson(file: SourceFile, handle: FileHandle, size: number) {
  const head = (await readAt(handle, 0, 4096)).toString('utf8').trimStart();
  const tail = (await readAt(handle, Math.max(0, size - 4096), 4096)).toString('utf8').trimEnd();
  if (head.startsWith('[') && !tail.endsWith(']')) {
    badFile(file, 'The file is not JSON: the list does not end.', { cure: 'Copy or write it again, whole.' });
  }
}

async function inspectParquet(file: SourceFile, handle: FileHandle, size: number) {
  const head = (await readAt(handle, 0, 4)).toString('latin1');
  if (head !== 'PAR1') {
    badFile(file, 'The file is not Parquet: it does not begin with PAR1.', { cure: 'Check the file or its format.' });
  }
  const tail = size >= 12 ? (await readAt(handle, size - 4, 4)).toString('latin1') : '';
  if (tail !== 'PAR1') {
    badFile(file, `The Parquet file is cut off: its footer is missing after ${size} bytes.`, {
      cure: 'Copy or write it again, whole.',
    });
  }
}

/** The first line of a text file, without its byte order mark and line end. */
export async function firstLine(file: SourceFile, encoding: string): Promise<string> {
  const decoder = new TextDecoder(encoding === 'latin-1' ? 'latin1' : encoding === 'utf-16' ? 'utf-16le' : 'utf-8');
  const head = await withFile(file.path, (handle) => readAt(handle, 0, 1 << 20));
  return decoder.decode(head).split(/\r\n|\n|\r/, 1)[0]!;
}

async function withFile<T>(path: string, work: (handle: FileHandle) => Promise<T>): Promise<T> {
  const handle = await open(path, 'r');
  try {
    return await work(handle);
  } finally {
    await handle.close();
  }
}

async function readAt(handle: FileHandle, position: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, position);
  return buffer.subarray(0, bytesRead);
}
