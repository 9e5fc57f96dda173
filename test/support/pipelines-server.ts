/*
 * A server of pipelines alone, to be killed: `node pipelines-server.ts <home> [pipeline to start]`. It prints the id of the
 * run it starts, takes up what an earlier one left, and says which runs are over as they end.
 */
import { appendFileSync, existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { createLocalBlobs } from '../../src/blobs/index.ts';
import { createBackground } from '../../src/database/background.ts';
import { connect } from '../../src/database/connect.ts';
import { migrate } from '../../src/database/migrate.ts';
import { createPipelines } from '../../src/domains/pipelines/index.ts';
import { systemActor } from '../../src/kernel/actor.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import { createLedger } from '../../src/ledger/index.ts';

const [home = '.', start] = process.argv.slice(2);
const database = await connect(join(home, 'tidemill.db'));
await migrate(database);
const onError = (what: string, error: unknown) => console.error(what, error);
const background = createBackground({ database, clock: systemClock, onError });
const pipelines = createPipelines({
  ...{ database, background, onError, clock: systemClock },
  ledger: createLedger({ database, clock: systemClock, background }),
  blobs: await createLocalBlobs(join(home, 'blobs')),
  root: join(home, 'work'),
  url: () => 'http://127.0.0.1:1',
  environment: process.env,
});
pipelines.addBuiltin({
  name: 'hang-once',
  params: z.object({}),
  run: async ({ signal }) => {
    appendFileSync(join(home, 'effects'), 'builtin\n');
    if (!existsSync(join(home, 'hung'))) {
      writeFileSync(join(home, 'hung'), '');
      await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    }
    return {};
  },
});
await pipelines.open();
background.start();
if (start !== undefined) console.log((await pipelines.start(systemActor, { pipeline: start })).id);
for (;;) {
  for (const { id, status } of (await pipelines.runs({ limit: 100 })).items) {
    if (status !== 'running' && status !== 'queued') writeFileSync(join(home, `over-${id}`), status);
  }
  await new Promise((resolve) => setTimeout(resolve, 50));
}
