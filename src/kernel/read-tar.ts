/** A file of an archive: its content must be read, or passed over, before the next is asked for. */
export interface ReadTarFile {
  name: string;
  bytes: number;
  content(): AsyncGenerator<Uint8Array>;
}

const blockBytes = 512;

/**
 * Reads the files of a tar archive ("ustar" and "pax interchange format") as they come; folders and whatever else is no file
 * are passed over. Fails with an `Error` where the archive is cut off or none.
 */
export async function* readTar(source: AsyncIterable<Uint8Array>): AsyncGenerator<ReadTarFile> {
  const reader = new BlockReader(source);
  let longName: string | undefined;
  for (;;) {
    const header = await reader.take(blockBytes);
    if (header.every((byte) => byte === 0)) return;
    const { name, bytes, type } = parseHeader(header);
    const padding = (blockBytes - (bytes % blockBytes)) % blockBytes;
    if (type === 'x') {
      longName = pathOf(await reader.take(bytes)) ?? longName;
      await reader.take(padding);
      continue;
    }
    let left = bytes;
    async function* content() {
      while (left > 0) {
        const part = await reader.takeSome(left);
        left -= part.length;
        yield part;
      }
    }
    if (type === '0' || type === '\0') yield { name: longName ?? name, bytes, content };
    longName = undefined;
    for await (const _part of content());
    await reader.take(padding);
  }
}

function parseHeader(header: Buffer): { name: string; bytes: number; type: string } {
  const text = (from: number, to: number) => header.toString('latin1', from, to).split('\0')[0]!;
  const sum = header.reduce((total, byte, at) => total + (at >= 148 && at < 156 ? 32 : byte), 0);
  if (Number.parseInt(text(148, 156), 8) !== sum) throw new Error('This is no tar archive, or it is damaged.');
  return { name: text(0, 100), bytes: Number.parseInt(text(124, 136), 8), type: header.toString('latin1', 156, 157) };
}

function pathOf(records: Buffer): string | undefined {
  for (let at = 0; at < records.length; ) {
    const length = Number.parseInt(records.toString('latin1', at, at + 20), 10);
    if (!(length > 0)) return undefined;
    const [key, value] = split(records.toString('utf8', records.indexOf(32, at) + 1, at + length - 1));
    if (key === 'path') return value;
    at += length;
  }
  return undefined;
}

function split(record: string): [string, string] {
  const at = record.indexOf('=');
  return [record.slice(0, at), record.slice(at + 1)];
}

class BlockReader {
  readonly #parts: AsyncIterator<Uint8Array>;
  #rest: Buffer = Buffer.alloc(0);

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#parts = source[Symbol.asyncIterator]();
  }

  async take(bytes: number): Promise<Buffer> {
    const parts: Buffer[] = [];
    for (let left = bytes; left > 0; ) {
      const part = await this.takeSome(left);
      parts.push(part);
      left -= part.length;
    }
    return Buffer.concat(parts);
  }

  async takeSome(most: number): Promise<Buffer> {
    while (this.#rest.length === 0) {
      const { value, done } = await this.#parts.next();
      if (done) throw new Error('The archive was cut off.');
      this.#rest = Buffer.from(value.buffer, value.byteOffset, value.length);
    }
    const part = this.#rest.subarray(0, most);
    this.#rest = this.#rest.subarray(part.length);
    return part;
  }
}
