import { TidemillError } from '../../../kernel/errors.ts';
import type { UpstreamAnswer } from './remote-http.ts';

const mostText = 500;

/** What another server's refusal means to whoever asked: the same codes as for a model in this process. */
export function refusal({ status, headers, body }: UpstreamAnswer, host: string): TidemillError {
  const said = `The model's server ${host} answered ${status}: ${textOf(body)}`;
  const wait = Number(headers['retry-after']);
  const retryAfterSeconds = wait > 0 ? Math.ceil(wait) : 1;
  if (status === 429) return new TidemillError('limited', said, { retryAfterSeconds });
  if (status === 408 || status === 504) return new TidemillError('timeout', said);
  if (status === 413) return new TidemillError('too_large', said, { cure: 'Send fewer rows a request.' });
  if (status === 401 || status === 403) {
    const cure = "Set the endpoint's credential.";
    return new TidemillError('unavailable', `${said} ${cure}`, { cure, retryAfterSeconds: 30 });
  }
  const isAway = status === 404 || status === 502 || status === 503 || (status >= 300 && status < 400);
  return isAway
    ? new TidemillError('unavailable', said, { retryAfterSeconds })
    : new TidemillError('model_failed', said);
}

/** Whether a failure says that the server is in trouble rather than one request. */
export function isTrouble(error: unknown): boolean {
  return error instanceof TidemillError && (error.code === 'unavailable' || error.code === 'timeout');
}

function textOf(body: Buffer): string {
  const text = body.toString('utf8', 0, 8 * mostText);
  try {
    const said = JSON.parse(text) as { error?: unknown; message?: unknown; detail?: unknown };
    const found = [said.message, said.error, said.detail].find((one) => typeof one === 'string');
    if (found !== undefined) return String(found).slice(0, mostText);
  } catch {
    // Not JSON, or cut off: shown as it is.
  }
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
  return text.replaceAll(/[\u0000-\u001f\u007f]+/g, ' ').slice(0, mostText);
}
