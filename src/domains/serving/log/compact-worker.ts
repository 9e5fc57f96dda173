import { constants, setPriority } from 'node:os';
import { parentPort } from 'node:worker_threads';
import { createEngine } from '../../../engine/index.ts';
import { messageOf } from '../../../kernel/errors.ts';
import { compactFile } from './compact.ts';
import type { CompactAnswer, CompactOrder } from './compact-client.ts';

// On Linux this is the priority of this thread (and of DuckDB's, which it starts); elsewhere it would be the process's.
if (process.platform === 'linux') setPriority(constants.priority.PRIORITY_LOW);

const engine = createEngine({ threads: 1, memoryLimit: '512MB' });

parentPort!.on('message', async ({ id, file, folder, name }: CompactOrder) => {
  let answer: CompactAnswer;
  try {
    answer = { id, segments: await compactFile(engine, file, { folder, name }) };
  } catch (error) {
    answer = { id, error: messageOf(error) };
  }
  parentPort!.postMessage(answer);
});
