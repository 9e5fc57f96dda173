import { refuse } from './errors.ts';

const mostDecodings = 10;

/**
 * A path from a request, without `.` parts and a slash at its end, or `Invalid path`: refused, also where it only shows after
 * decoding percent escapes again and again, are `..`, absolute paths, empty parts, backslashes, drive letters, `#` and control
 * characters.
 */
export function safePath(path: string): string {
  let form = path;
  for (let round = 0; ; round++) {
    if (isUnsafe(form)) return refuse('INVALID_PARAMETER_VALUE', 'Invalid path');
    const decoded = decode(form);
    if (decoded === form) break;
    if (round === mostDecodings) return refuse('INVALID_PARAMETER_VALUE', 'Invalid path');
    form = decoded;
  }
  return path
    .split('/')
    .filter((part) => part !== '' && part !== '.')
    .join('/');
}

/** As `safePath`, of a path that must name something. */
export function safeName(path: string): string {
  return safePath(path) || refuse('INVALID_PARAMETER_VALUE', 'Invalid path');
}

function isUnsafe(path: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: exactly those are refused
  if (/[\u0000-\u001f\u007f\\#]/.test(path) || /^(?:\/|[A-Za-z]:)/.test(path) || !path.isWellFormed()) return true;
  if (path.includes('//')) return true;
  // Servers in front may cut a part at its semicolon.
  return path.split('/').some((part) => part.split(';', 1)[0]!.trim() === '..');
}

function decode(path: string): string {
  // Bad escapes stay as they are, so that one of them cannot hide a good one; so do those of old, overlong encodings.
  return path.replaceAll(/(?:%[0-9A-Fa-f]{2})+/g, (escapes) => {
    try {
      return decodeURIComponent(escapes);
    } catch {
      return Buffer.from(escapes.replaceAll('%', ''), 'hex').toString('latin1');
    }
  });
}
