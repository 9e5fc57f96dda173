import { refuse } from './errors.ts';

/** Where a new version's files are said to be. */
export type VersionSource =
  | { kind: 'run'; runId: string; path: string }
  | { kind: 'logged-model'; modelId: string; path: string }
  | { kind: 'version'; model: string; ref: string }
  /** A location below this server's artifact route, or in the older http form. */
  | { kind: 'served'; location: string }
  /** A place of another system, under a prefix that the settings allow; it is noted, never read. */
  | { kind: 'elsewhere' };

/** What decides on a source beside its text. */
export interface SourceRules {
  /** Prefixes of outside locations that may be noted. */
  allowed: readonly string[];
  /** The addresses of this server, such as `http://127.0.0.1:7070`. */
  ownUrls: readonly string[];
  /** Which field the client named an origin by, for the words of errors. */
  field: 'run_id' | 'model_id';
}

const maxLength = 2048;
const servedPath = '/api/2.0/mlflow-artifacts/artifacts';

/** Reads a source, or refuses it: what is not of this server or allowed, and every path that is not what it seems. */
export function readSource(source: string, rules: SourceRules): VersionSource {
  if ([...source].length > maxLength) return refuseSource(source, `It is longer than ${maxLength} characters.`);
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(source)?.[1]?.toLowerCase();
  // One letter is a drive of Windows.
  if (scheme === undefined || scheme === 'file' || scheme.length === 1) return refuseLocal(source, rules.field);
  checkPath(source);
  if (scheme === 'runs') return readRunSource(source, rules);
  if (scheme === 'models') return readModelSource(source, rules);
  if (scheme === 'mlflow-artifacts') return readProxiedSource(source, rules);
  if (rules.ownUrls.some((url) => isBelow(source, `${url}${servedPath}`))) return { kind: 'served', location: source };
  if (rules.allowed.some((prefix) => isBelow(source, prefix))) return { kind: 'elsewhere' };
  const cure = 'The server only registers what it keeps itself: runs:/…, models:/… and mlflow-artifacts:/… .';
  return refuseSource(source, `${cure} Other places can be allowed by its setting 'mlflow-model-sources'.`);
}

/** Refuses a source with the protocol's beginning. */
export function refuseSource(source: string, why: string): never {
  const start = source.length > 500 ? `${source.slice(0, 500)}…` : source;
  return refuse('INVALID_PARAMETER_VALUE', `Invalid model version source: '${start}'. ${why}`, 'source');
}

/** Refuses a source that is not in what the client says it comes from. */
export function refuseForeign(source: string, field: 'run_id' | 'model_id'): never {
  return refuseSource(source, `The ${field} request parameter must identify the resource that contains the source.`);
}

function refuseLocal(source: string, field: 'run_id' | 'model_id'): never {
  const inside = `within the artifact directory of the run specified by the ${field}.`;
  const rule = `the ${field} request parameter has to be specified and the local path has to be contained ${inside}`;
  return refuseSource(source, `To use a local path as a model version source, ${rule}`);
}

/** No `..`, NUL, query, fragment, parameter or backslash, however often it is encoded, and nothing that decodes to one. */
function checkPath(source: string): void {
  const decoded = decodeFully(source);
  const after = decoded.slice(decoded.indexOf(':') + 1);
  const parts = after.split('/');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
  const isOdd = /[\u0000-\u001f\u007f\\#?;]/.test(decoded) || !decoded.isWellFormed();
  if (!isOdd && !parts.includes('..') && !parts.includes('.')) return;
  const kinds = 'an http, https, local file path, ftp, objectstore, or mlflow-artifacts uri';
  const rule = `an absolute path must be provided without relative path references present`;
  refuseSource(source, `If supplying a source as ${kinds}, ${rule}. Please provide an absolute path.`);
}

function decodeFully(text: string): string {
  for (let at = text, times = 0; times < 10; times++) {
    const next = decodeOnce(at);
    if (next === at) return at;
    at = next;
  }
  // Encoded deeper than anybody means it: what is left holds a sign that is refused.
  return '\\';
}

function decodeOnce(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // Each escape by itself: one that is no UTF-8 must not hide the others.
    return text.replace(/%[0-7][0-9a-f]/gi, (code) => decodeURIComponent(code));
  }
}

function readRunSource(source: string, { field }: SourceRules): VersionSource {
  const found = /^runs:\/+([0-9a-f]{32})(?:\/(.*))?$/i.exec(source);
  if (!found || hasHost(source)) return refuseForeign(source, field);
  return { kind: 'run', runId: found[1]!.toLowerCase(), path: tidy(found[2]) };
}

function readModelSource(source: string, { field }: SourceRules): VersionSource {
  if (hasHost(source)) return refuseSource(source, 'Registered model sources must use the active model registry.');
  const logged = /^models:\/(m-[0-9a-f]{32})(?:\/(.*))?$/.exec(source);
  if (logged) return { kind: 'logged-model', modelId: logged[1]!, path: tidy(logged[2]) };
  const [, model, at, ref] = /^models:\/([^/@]+)([/@])([^/@]+)$/.exec(source) ?? [];
  if (!model || !ref) return refuseForeign(source, field);
  return { kind: 'version', model: decodeOnce(model), ref: at === '@' ? `@${ref}` : ref };
}

function readProxiedSource(source: string, rules: SourceRules): VersionSource {
  const host = /^mlflow-artifacts:\/\/([^/]+)/i.exec(source)?.[1];
  const isOwn = host === undefined || rules.ownUrls.some((url) => url.endsWith(`//${host}`));
  return isOwn ? { kind: 'served', location: source } : refuseForeign(source, rules.field);
}

function hasHost(source: string): boolean {
  return /^[a-z]+:\/\/[^/]/i.test(source);
}

function tidy(path = ''): string {
  return path.split('/').filter(Boolean).join('/');
}

/** Whether a location lies under a prefix, at a border of its parts. */
function isBelow(location: string, prefix: string): boolean {
  if (prefix === '' || !location.startsWith(prefix)) return false;
  return prefix.endsWith('/') || location.length === prefix.length || location[prefix.length] === '/';
}
