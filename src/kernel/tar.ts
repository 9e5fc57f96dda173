const blockBytes = 512;
const mostOctal = 0o77777777777;

/** A file as a tar archive names it. */
export interface TarEntry {
  name: string;
  bytes: number;
  /** Milliseconds. */
  modifiedAt: number;
}

/** What ends an archive: two empty blocks. */
export const tarEnd: Uint8Array = Buffer.alloc(2 * blockBytes);

/** Fills a file's last block. */
export function tarPadding(bytes: number): Uint8Array {
  return Buffer.alloc((blockBytes - (bytes % blockBytes)) % blockBytes);
}

/**
 * The header of a file (POSIX.1-2001, "ustar" and "pax interchange format"); long and other than ASCII names, and sizes from
 * 8 GiB on, go into an extended header in front of it.
 */
export function tarHeader({ name, bytes, modifiedAt }: TarEntry): Uint8Array {
  const seconds = Math.floor(modifiedAt / 1000);
  const records: string[] = [];
  const isPlain = /^[\x20-\x7e]*$/.test(name) && name.length <= 100;
  if (!isPlain) records.push(record('path', name));
  if (bytes > mostOctal) records.push(record('size', String(bytes)));
  const short = isPlain ? name : name.replaceAll(/[^\x20-\x7e]/g, '_').slice(-100);
  const header = block({ name: short, bytes: Math.min(bytes, mostOctal), seconds, type: '0' });
  if (records.length === 0) return header;
  const extension = Buffer.from(records.join(''));
  const before = block({ name: 'PaxHeader', bytes: extension.length, seconds, type: 'x' });
  return Buffer.concat([before, extension, tarPadding(extension.length), header]);
}

/** A record of an extended header: its own length counts the digits of that length. */
function record(key: string, value: string): string {
  const rest = ` ${key}=${value}\n`;
  const size = Buffer.byteLength(rest);
  let length = size + 1;
  while (size + String(length).length !== length) length = size + String(length).length;
  return `${length}${rest}`;
}

function block({ name, bytes, seconds, type }: { name: string; bytes: number; seconds: number; type: string }): Buffer {
  const header = Buffer.alloc(blockBytes);
  const octal = (value: number, digits: number) => `${value.toString(8).padStart(digits, '0')}\0`;
  header.write(name, 0, 100, 'latin1');
  header.write(octal(0o644, 7) + octal(0, 7) + octal(0, 7) + octal(bytes, 11) + octal(seconds, 11), 100, 'latin1');
  // The checksum counts its own field as blanks.
  header.write(`        ${type}`, 148, 'latin1');
  header.write('ustar\x0000', 257, 'latin1');
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return header;
}
