import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseJson } from '../../../src/kernel/json.ts';
import { openServer } from '../../support/in-process.ts';
import { cleanUp } from '../../support/server-process.ts';
import type { Recording } from './recording.ts';
import { type Bindings, replay } from './replay.ts';

const corpus = join(import.meta.dirname, 'corpus');

afterAll(cleanUp);

describe.each(readdirSync(corpus))('what the MLflow client said: %s', (file) => {
  const recording = parseJson(readFileSync(join(corpus, file), 'utf8')) as unknown as Recording;
  const bindings: Bindings = new Map();
  let server: Awaited<ReturnType<typeof openServer>>;

  // The servers run in this process: as processes of their own they would take most of the time to start.
  beforeAll(async () => {
    const auth = recording.flags.includes('--auth');
    server = await openServer({ auth, allowPrivateAddresses: true });
    if (auth) {
      const reader = { name: 'reader', permissions: ['tracking.read', 'models.read'] };
      const { body } = await server.call('POST', 'tokens', reader);
      bindings.set('admin-token', server.adminToken!).set('reader-token', body.secret ?? body.token);
    }
    bindings.set('origin', server.url).set('address', new URL(server.url).host);
  });

  afterAll(() => server?.close());

  test.each(recording.checks)('$title', async ({ exchanges }) => {
    for (const exchange of exchanges) {
      const wrong = await replay(exchange, server.url, bindings);
      expect(wrong, `${exchange.method} ${exchange.path}`).toEqual([]);
    }
  });
});
