import { lstat, realpath } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import { fail } from '../kernel/errors.ts';

const digestPattern = /^[0-9a-f]{64}$/;
const maxPathLength = 1024;
const maxPartBytes = 255;
const maxDecodings = 5;
// biome-ignore lint/suspicious/noControlCharactersInRegex: exactly those may hide a part
const endsPart = /[;\u0000-\u001f\u007f]/;

/** Gives the digest back when it is 64 lower-case hex digits, else fails with `invalid_input`. */
export function checkDigest(digest: string): string {
  if (digestPattern.test(digest)) return digest;
  return fail('invalid_input', `'${digest.slice(0, 80)}' is not a sha256 digest of 64 lower-case hex digits.`, {
    field: 'digest',
  });
}

/**
 * Checks a relative path and gives its parts. Refused with `invalid_path` are backslashes and control characters, and,
 * also where they only show after percent-decoding once or several times: absolute paths, drive letters, `.`, `..`, empty parts,
 * and names too long for a file system. A percent sign that is only a character may stand before any other.
 */
export function checkPath(path: string): string[] {
  let form = path;
  for (let round = 0; ; round++) {
    const wrong = (round === 0 && uncleanIn(form)) || wrongIn(form);
    if (wrong) return fail('invalid_path', `The path '${shown(path)}' ${wrong}.`, { field: 'path' });
    const decoded = decode(form);
    if (decoded === form) break;
    if (round === maxDecodings) return fail('invalid_path', `The path '${shown(path)}' is encoded too often.`);
    form = decoded;
  }
  return path.split('/');
}

function uncleanIn(path: string): string | undefined {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: exactly those are refused
  if (/[\u0000-\u001f\u007f]/.test(path)) return 'holds a control character';
  if (!path.isWellFormed()) return 'is not well-formed Unicode';
  return path.includes('\\') ? 'holds a backslash' : undefined;
}

function wrongIn(path: string): string | undefined {
  if (path.length === 0) return 'is empty';
  if (path.length > maxPathLength) return `is longer than ${maxPathLength} characters`;
  if (path.includes('\u0000')) return 'holds a control character';
  if (/^[/\\]/.test(path)) return 'is absolute';
  if (/^[A-Za-z]:/.test(path)) return 'starts with a drive letter';
  // In a path that was decoded a backslash or a control character may hide the end of a part.
  for (const part of path.split(/[/\\]/)) {
    if (part === '') return 'has an empty part';
    // Also before a semicolon, where servers in front of this one may cut.
    const named = part.split(endsPart, 1)[0];
    if (named === '.' || named === '..') return `has the part '${part}'`;
    if (Buffer.byteLength(part) > maxPartBytes) return `has a part longer than ${maxPartBytes} bytes`;
  }
  return undefined;
}

function decode(path: string): string {
  // Bad escapes stay as they are, so that one of them cannot hide a good one.
  return path.replaceAll(/(?:%[0-9A-Fa-f]{2})+/g, (escapes) => {
    try {
      return decodeURIComponent(escapes);
    } catch {
      return Buffer.from(escapes.replaceAll('%', ''), 'hex').toString('latin1');
    }
  });
}

function shown(path: string): string {
  return path.length > 100 ? `${path.slice(0, 100)}…` : path;
}

/**
 * The absolute place of a checked path below a root. Fails with `invalid_path` when a symbolic link on the way leads out
 * of the root, or when the last part is itself a link.
 */
export async function placeInside(root: string, path: string): Promise<string> {
  const place = join(root, ...checkPath(path));
  const top = await realpath(root);
  const outside = () => fail('invalid_path', `The path '${shown(path)}' leads out of its folder.`, { field: 'path' });
  for (let at = place; at !== root; at = dirname(at)) {
    const found = await lstat(at).catch(() => undefined);
    if (!found) continue;
    if (at === place && found.isSymbolicLink()) return outside();
    const real = await realpath(at).catch(outside);
    return real === top || real.startsWith(top + sep) ? place : outside();
  }
  return place;
}
