import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseJson } from '../../../src/kernel/json.ts';
import { cleanUp, type ServerProcess } from '../../support/server-process.ts';
import type { Recording } from './recording.ts';
import { type Bindings, replay } from './replay.ts';
import { startGuardedServer, startOpenServer } from './suite-run.ts';

const corpus = join(import.meta.dirname, 'corpus');

afterAll(cleanUp);

describe.each(readdirSync(corpus))('what the MLflow client said: %s', (file) => {
  const recording = parseJson(readFileSync(join(corpus, file), 'utf8')) as unknown as Recording;
  const bindings: Bindings = new Map();
  let server: ServerProcess;

  beforeAll(async () => {
    if (recording.flags.includes('--auth')) {
      const guarded = await startGuardedServer();
      server = guarded.server;
      bindings.set('admin-token', guarded.token).set('reader-token', guarded.readerToken);
    } else {
      server = await startOpenServer();
    }
    bindings.set('origin', server.url).set('address', new URL(server.url).host);
  });

  afterAll(() => server?.stop());

  test.each(recording.checks)('$title', async ({ exchanges }) => {
    for (const exchange of exchanges) {
      const wrong = await replay(exchange, server.url, bindings);
      expect(wrong, `${exchange.method} ${exchange.path}`).toEqual([]);
    }
  });
});
