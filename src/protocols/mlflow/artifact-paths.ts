import { refuse } from './errors.ts';

const mostDecodings = 10;
// biome-ignore lint/suspicious/noControlCharactersInRegex: exactly those may hide a part
const endsPart = /[;#\u0000-\u001f\u007f]/;

/**
 * A path from a request, without `.` parts and a slash at its end, or `Invalid path`: refused are backslashes, `#` and control
 * characters, and, also where they only show after decoding percent escapes again and again, `..`, absolute paths, empty parts and
 * drive letters. Clients of the 2 line name images `…%timestamp%1700…%<hex>.png`, where escapes mean nothing and are to be let be.
 */
export function safePath(path: string): string {
  let form = path;
  for (let round = 0; ; round++) {
    if (leadsOut(form) || (round === 0 && isUnclean(form))) return refuse('INVALID_PARAMETER_VALUE', 'Invalid path');
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

function isUnclean(path: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: exactly those are refused
  return /[\u0000-\u001f\u007f\\#]/.test(path) || !path.isWellFormed();
}

function leadsOut(path: string): boolean {
  if (/^(?:[/\\]|[A-Za-z]:)/.test(path) || path.includes('//') || path.includes('\u0000')) return true;
  // Servers in front may cut a part at its semicolon, or at what ends a text elsewhere.
  const pieces = path.split(/[/\\]/).flatMap((part) => part.split(endsPart));
  return pieces.some((piece) => piece.trim() === '..');
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
