import { parentPort, workerData } from 'node:worker_threads';
import { messageOf, TidemillError } from '../kernel/errors.ts';
import { type NativeSession, openNativeSession } from './runtime.ts';
import { buffersOf, type WorkerAnswer, type WorkerRequest, type WorkerStart } from './worker-messages.ts';

const port = parentPort!;
const start = workerData as WorkerStart;

function answer(message: WorkerAnswer): void {
  port.postMessage(message, message.error === undefined ? buffersOf(message.results) : []);
}

function refuse(id: number, thrown: unknown): void {
  const known = thrown instanceof TidemillError;
  answer({
    id,
    error: {
      code: known ? thrown.code : 'internal',
      message: messageOf(thrown),
      details: known ? thrown.details : {},
    },
  });
}

async function serve(session: NativeSession, request: WorkerRequest): Promise<void> {
  try {
    answer({ id: request.id, results: await session.run(request.feeds, request.outputs) });
  } catch (thrown) {
    refuse(request.id, thrown);
  }
}

try {
  const session = await openNativeSession(start.bytes, start.threads);
  port.on('message', (request: WorkerRequest) => void serve(session, request));
  answer({ id: 0, results: {} });
} catch (thrown) {
  refuse(0, thrown);
}
