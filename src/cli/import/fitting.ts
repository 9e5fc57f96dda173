import { TidemillApiError } from '@tidemill/sdk';
import { messageOf } from '../../kernel/errors.ts';
import { noteMiss, type Report } from './report.ts';

type Body = Record<string, unknown>;

/** Whether the server refused what was sent, and not the one who sent it. */
export function isRefusal(error: unknown): error is TidemillApiError {
  return (
    error instanceof TidemillApiError &&
    error.status >= 400 &&
    error.status < 500 &&
    ![401, 403, 429].includes(error.status)
  );
}

/**
 * Sends a body; a piece of it (an entry of a list or record) that the server refuses is reported and left out. Gives undefined
 * where the whole was refused.
 */
export async function sendFitting<B extends Body, T>(
  { report, what }: { report: Report; what: string },
  body: B,
  send: (body: B) => Promise<T>,
): Promise<T | undefined> {
  for (let rest = body; ; ) {
    try {
      return await send(rest);
    } catch (error) {
      if (!isRefusal(error)) throw error;
      const piece = pieceOf(rest, String(error.details['field'] ?? ''));
      noteMiss(report, piece ? `${what} ${piece.name}` : what, messageOf(error));
      if (!piece) return undefined;
      rest = piece.without as B;
    }
  }
}

/** The entry that a field of an error names, such as `params.<key>` or `metrics.3.value`. */
function pieceOf(body: Body, field: string): { name: string; without: Body } | undefined {
  const [top = '', ...inner] = field.split('.');
  const holder = body[top];
  const within = inner.join('.');
  if (Array.isArray(holder)) {
    const at = Number(inner[0]);
    if (!(at in holder)) return undefined;
    const named = (holder[at] as { key?: string; name?: string }) ?? {};
    const name = `${top.replace(/s$/, '')} '${named.key ?? named.name ?? at}'`;
    return { name, without: { ...body, [top]: holder.toSpliced(at, 1) } };
  }
  if (holder === null || typeof holder !== 'object') return undefined;
  const key = Object.keys(holder).find((one) => within === one || within.startsWith(`${one}.`));
  if (key === undefined) return undefined;
  const { [key]: _, ...without } = holder as Body;
  return { name: `${top.replace(/s$/, '')} '${key}'`, without: { ...body, [top]: without } };
}
