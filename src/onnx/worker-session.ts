import { Worker } from 'node:worker_threads';
import { TidemillError } from '../kernel/errors.ts';
import { closedSession, type NativeSession } from './runtime.ts';
import type { Tensor } from './tensor.ts';
import { buffersOf, type WorkerAnswer, type WorkerRequest, type WorkerStart } from './worker-messages.ts';

interface Waiting {
  resolve(results: Record<string, Tensor>): void;
  reject(error: Error): void;
}

const entry = new URL(`./session-worker${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url);

/** A model loaded in a worker thread of its own, so that its runs do not block this one. */
export class WorkerSession implements NativeSession {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  #lastId = 0;
  #closed = false;

  private constructor(start: WorkerStart) {
    this.#worker = new Worker(entry, { workerData: start });
    this.#worker.on('message', (answer: WorkerAnswer) => this.#take(answer));
    this.#worker.on('error', (error) => this.#end(`its thread failed (${error.message})`));
    this.#worker.on('exit', () => this.#end('its thread ended'));
    // A loaded model is no reason to keep the process; a run that someone waits for is.
    this.#worker.unref();
  }

  /** Starts the thread and loads the model there; fails as loading on this thread would. */
  static async open(bytes: Uint8Array, threads: number): Promise<WorkerSession> {
    const session = new WorkerSession({ bytes, threads });
    try {
      await session.#wait(0);
    } catch (error) {
      await session.close();
      throw error;
    }
    return session;
  }

  run(feeds: Record<string, Tensor>, outputs: readonly string[], transfer = false): Promise<Record<string, Tensor>> {
    if (this.#closed) closedSession();
    const id = ++this.#lastId;
    const answer = this.#wait(id);
    const request: WorkerRequest = { id, feeds, outputs };
    try {
      this.#worker.postMessage(request, transfer ? buffersOf(feeds) : []);
    } catch (error) {
      this.#take({ id, error: { code: 'internal', message: String(error), details: {} } });
    }
    return answer;
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#worker.terminate();
  }

  #wait(id: number): Promise<Record<string, Tensor>> {
    this.#worker.ref();
    return new Promise((resolve, reject) => this.#waiting.set(id, { resolve, reject }));
  }

  #take(answer: WorkerAnswer): void {
    const waiting = this.#waiting.get(answer.id);
    this.#waiting.delete(answer.id);
    if (this.#waiting.size === 0) this.#worker.unref();
    if (answer.error === undefined) waiting?.resolve(answer.results);
    else waiting?.reject(new TidemillError(answer.error.code, answer.error.message, answer.error.details));
  }

  #end(why: string): void {
    this.#closed = true;
    const error = new TidemillError('unavailable', `The model stopped: ${why}.`, { cure: 'Retry.' });
    for (const waiting of this.#waiting.values()) waiting.reject(error);
    this.#waiting.clear();
  }
}
