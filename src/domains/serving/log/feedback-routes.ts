import type { Readable } from 'node:stream';
import { z } from 'zod';
import { fileReply } from '../../../http/file-reply.ts';
import { type RequestContext, type Route, route } from '../../../http/route.ts';
import { fail } from '../../../kernel/errors.ts';
import { parseJson } from '../../../kernel/json.ts';
import { nameSchema } from '../../../kernel/names.ts';
import type { Serving } from '../service.ts';
import { type Feedback, feedbackResultSchema, readItem } from './feedback-schema.ts';

const mostLoadBytes = 1_073_741_824;
const mostJsonBytes = 33_554_432;
const forms = 'JSON `{items: […]}` up to 100,000, or any number of rows as application/x-ndjson or text/csv';

/** The routes of feedback. */
export function feedbackRoutes(serving: Pick<Serving, 'endpoint' | 'feedback' | 'predictionLog'>): Route[] {
  return [
    route({
      method: 'POST',
      path: '/api/v1/feedback',
      permission: 'feedback.write',
      summary: `Takes labels and values by prediction id or entity: ${forms}.`,
      input: z.object({}),
      output: feedbackResultSchema,
      body: 'stream',
      maxBodyBytes: mostLoadBytes,
      handle: (call) => takeBody(serving, call, undefined),
    }),
    route({
      method: 'POST',
      path: '/api/v1/endpoints/:name/feedback',
      permission: 'feedback.write',
      summary: `Takes labels and values of an endpoint's predictions, by id or entity: ${forms}.`,
      input: z.object({ name: nameSchema }),
      output: feedbackResultSchema,
      body: 'stream',
      maxBodyBytes: mostLoadBytes,
      handle: async (call) => {
        await serving.endpoint(call.input.name);
        return takeBody(serving, call, call.input.name);
      },
    }),
    route({
      method: 'GET',
      path: '/api/v1/feedback-quarantines/:id',
      permission: 'feedback.write',
      summary: 'Downloads the rows of a load of feedback that were not taken, each with its reason.',
      input: z.object({ id: z.string().max(100) }),
      handle: async ({ input, method, headers }) => {
        const { digest, bytes, open } = await serving.predictionLog.quarantine(input.id);
        return fileReply({ method, headers }, { name: 'feedback.ndjson', bytes, digest, open });
      },
    }),
  ];
}

async function takeBody(
  serving: Pick<Serving, 'feedback' | 'predictionLog'>,
  { stream, headers, actor }: RequestContext,
  endpoint: string | undefined,
) {
  const type = String(headers['content-type'] ?? '')
    .split(';')[0]!
    .trim()
    .toLowerCase();
  if (type === 'text/csv') return serving.predictionLog.load(actor, { form: 'csv', stream, endpoint });
  if (/^application\/(x-)?(ndjson|jsonlines|jsonl)$/.test(type)) {
    return serving.predictionLog.load(actor, { form: 'ndjson', stream, endpoint });
  }
  const items = readFeedback(await readAll(stream));
  return serving.feedback(
    actor,
    items.map((item) => (item.entity === undefined || endpoint === undefined ? item : { endpoint, ...item })),
  );
}

async function readAll(stream: Readable): Promise<Buffer> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of stream as AsyncIterable<Buffer>) {
    bytes += part.length;
    if (bytes > mostJsonBytes) {
      const cure = 'Send one object a line as application/x-ndjson.';
      fail('too_large', `The body has more than ${mostJsonBytes} bytes. ${cure}`, { cure });
    }
    parts.push(part);
  }
  return Buffer.concat(parts);
}

/** Reads `{items: […]}`, `[…]`, or one object a line. */
function readFeedback(bytes: Buffer): Feedback[] {
  const text = bytes.toString('utf8').trim();
  const first = text.startsWith('[') || /^\{\s*"items"/.test(text) ? parseJson(text) : undefined;
  if (first !== undefined) return checkFeedback(Array.isArray(first) ? first : (first as { items?: unknown }).items);
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  return checkFeedback(lines.map((line) => parseJson(line)));
}

function checkFeedback(items: unknown): Feedback[] {
  if (!Array.isArray(items))
    return fail('invalid_input', "Field 'items' must be a list of labels.", { field: 'items' });
  return items.map((given, row) => {
    const read = readItem(given, { row });
    if ('item' in read) return read.item;
    const field = `items[${row}]${read.field === undefined ? '' : `.${read.field}`}`;
    return fail('invalid_input', `Field '${field}': ${read.message}`, { field });
  });
}
