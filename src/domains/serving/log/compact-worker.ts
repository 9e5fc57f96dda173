import { constants, setPriority } from 'node:os';
import { parentPort } from 'node:worker_threads';
import { messageOf } from '../../../kernel/errors.ts';
import { compactFile } from './compact.ts';
import type { CompactAnswer, CompactOrder } from './compact-client.ts';

// On Linux this is the priority of this thread; elsewhere it would be the process's.
if (process.platform === 'linux') setPriority(constants.priority.PRIORITY_LOW);

parentPort!.on('message', async ({ id, file, folder, name }: CompactOrder) => {
  let answer: CompactAnswer;
  try {
    answer = { id, segments: await compactFile(file, { folder, name }) };
  } catch (error) {
    answer = { id, error: messageOf(error) };
  }
  parentPort!.postMessage(answer);
});
