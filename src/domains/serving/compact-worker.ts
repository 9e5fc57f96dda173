import { parentPort } from 'node:worker_threads';
import { createEngine } from '../../engine/index.ts';
import { messageOf } from '../../kernel/errors.ts';
import { compactFile } from './compact.ts';
import type { CompactAnswer, CompactOrder } from './compact-client.ts';

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
