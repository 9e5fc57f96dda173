import { Worker } from 'node:worker_threads';
import { TidemillError } from '../../../kernel/errors.ts';
import type { WrittenSegment } from './compact.ts';

/** A write-ahead file to turn into Parquet. */
export interface CompactOrder {
  id: number;
  file: string;
  folder: string;
  name: string;
}

/** What came of an order. */
export interface CompactAnswer {
  id: number;
  segments?: WrittenSegment[];
  error?: string;
}

interface Waiting {
  resolve(segments: WrittenSegment[]): void;
  reject(error: Error): void;
}

const entry = new URL(`./compact-worker${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url);
const idleMs = 30_000;

/** Compacts in a worker thread, which is started when there is work and ended when there has been none for a while. */
export class Compactor {
  #worker: Worker | undefined;
  #idle: NodeJS.Timeout | undefined;
  #lastId = 0;
  readonly #waiting = new Map<number, Waiting>();

  run(file: string, folder: string, name: string): Promise<WrittenSegment[]> {
    clearTimeout(this.#idle);
    this.#worker ??= this.#start();
    const worker = this.#worker;
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      worker.ref();
      worker.postMessage({ id, file, folder, name } satisfies CompactOrder);
    });
  }

  async close(): Promise<void> {
    clearTimeout(this.#idle);
    await this.#worker?.terminate();
  }

  #start(): Worker {
    const worker = new Worker(entry);
    worker.on('message', (answer: CompactAnswer) => this.#take(answer));
    worker.on('error', (error) => this.#end(worker, error.message));
    worker.on('exit', () => this.#end(worker, 'its thread ended'));
    return worker;
  }

  #take({ id, segments, error }: CompactAnswer): void {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (segments) waiting?.resolve(segments);
    else waiting?.reject(new TidemillError('internal', `The prediction log could not be compacted: ${error}`));
    if (this.#waiting.size > 0) return;
    this.#worker?.unref();
    this.#idle = setTimeout(() => void this.#worker?.terminate(), idleMs);
    this.#idle.unref();
  }

  #end(worker: Worker, why: string): void {
    if (this.#worker === worker) this.#worker = undefined;
    for (const waiting of this.#waiting.values()) {
      waiting.reject(new TidemillError('internal', `Compaction of the prediction log stopped: ${why}`));
    }
    this.#waiting.clear();
  }
}
