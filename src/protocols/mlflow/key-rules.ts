import { refuse } from './errors.ts';
import { shown } from './fields.ts';

/** How long keys and values may be, in characters; longer values of parameters and tags of runs are cut. */
export const longest = { key: 250, param: 6000, tag: 8000, experimentTag: 20_000, experimentName: 500 } as const;

const allowed = /^[/\p{L}\p{N}_.\- :]*$/u;
const ordinary = /^[A-Za-z0-9_-][A-Za-z0-9_ :-]*(?:\.[A-Za-z0-9_ :-]+)*$/;

/** Whether a key is so plain that no rule can refuse it. */
export function isPlainKey(key: string): boolean {
  return key.length <= longest.key && ordinary.test(key) && key !== '__proto__';
}

/** Fails where a key of a metric, parameter or tag has a character it may not have, or reads as another path. */
export function checkKey(key: string, path: string): void {
  if (isPlainKey(key)) return;
  const wrong = (why: string) =>
    refuse('INVALID_PARAMETER_VALUE', `Invalid value ${shown(key)} for parameter '${path}' supplied: ${why}`, path);
  if (!allowed.test(key)) {
    wrong(
      'Names may only contain alphanumerics, underscores (_), dashes (-), periods (.), spaces ( ), colon(:) and slashes (/).',
    );
  }
  const plain = normalised(key);
  if (plain === key && plain !== '.' && !plain.startsWith('..') && !plain.startsWith('/')) return;
  wrong(
    `Names may be treated as files in certain cases, and must not resolve to other names when treated as such. This name would resolve to '${plain}'`,
  );
}

/** Fails where a text is longer than its limit. */
export function checkLength(what: string, value: string, limit: number): void {
  if (value.length <= limit || [...value].length <= limit) return;
  refuse('INVALID_PARAMETER_VALUE', `'${what}' exceeds the maximum length of ${limit} characters`, what);
}

/** A value cut to a limit of whole characters. */
export function cut(value: string, limit: number): string {
  return value.length <= limit ? value : [...value].slice(0, limit).join('');
}

/** A path as POSIX normalises it: no empty, `.` or `..` part but leading ones. */
function normalised(path: string): string {
  if (path === '') return '.';
  const slashes = /^\/*/.exec(path)![0].length;
  const root = slashes === 2 ? '//' : slashes > 0 ? '/' : '';
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..' || (root === '' && parts.length === 0) || parts.at(-1) === '..') parts.push(part);
    else parts.pop();
  }
  return root + parts.join('/') || '.';
}
