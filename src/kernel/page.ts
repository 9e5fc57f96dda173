import { z } from 'zod';
import { fail } from './errors.ts';

/** One page of a list, and the token that asks for the next (absent on the last). */
export interface Page<T> {
  items: T[];
  nextPageToken?: string;
}

/** The query fields every list takes. */
export const pageQuery = {
  limit: z.coerce.number().int().min(1).max(1000).default(100).describe('How many items at the most, 1 to 1000.'),
  pageToken: z.string().max(2048).optional().describe('The `nextPageToken` of the page before.'),
};

/** What a store needs to read one page: how many rows, and the sort key of the last row of the page before. */
export interface PageRequest {
  limit: number;
  pageToken?: string | undefined;
}

type KeyPart = string | number;

/** Packs the sort key of a page's last row into an opaque token. */
export function encodePageToken(key: readonly KeyPart[]): string {
  return Buffer.from(JSON.stringify(key)).toString('base64url');
}

/** Reads a token back into its key, or fails with `invalid_page_token`. `types` says what each part must be. */
export function decodePageToken(token: string, types: readonly ('string' | 'number')[]): KeyPart[] {
  let key: unknown;
  try {
    key = JSON.parse(Buffer.from(token, 'base64url').toString('utf8'));
  } catch {
    key = undefined;
  }
  const fits = Array.isArray(key) && key.length === types.length && key.every((part, i) => typeof part === types[i]);
  if (!fits) return fail('invalid_page_token', 'The page token is not one of this list.', { field: 'pageToken' });
  return key as KeyPart[];
}

/** Makes a page from up to `limit + 1` rows: the extra row only says that there is more. */
export function toPage<T>(rows: T[], limit: number, keyOf: (row: T) => readonly KeyPart[]): Page<T> {
  if (rows.length <= limit) return { items: rows };
  const items = rows.slice(0, limit);
  return { items, nextPageToken: encodePageToken(keyOf(items.at(-1)!)) };
}

/** The schema of a page whose items are `item`. */
export function pageOf<T extends z.ZodType>(item: T) {
  return z.object({ items: z.array(item), nextPageToken: z.string().optional() });
}
