import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { fail, messageOf, TidemillError } from '../../../kernel/errors.ts';
import { notePid } from '../runtime/process-folder.ts';
import { ProcessLog } from '../runtime/process-log.ts';
import type { CodeAnswer, CodeCall } from './code-call.ts';
import { checkColumns } from './code-rows.ts';
import type { CodeSpec } from './processing-schema.ts';

const suffix = import.meta.url.endsWith('.ts') ? '.ts' : '.js';
const host = fileURLToPath(new URL(`./code-host${suffix}`, import.meta.url));
const startMs = 10_000;
const longestBackoffMs = 10_000;

interface Waiting {
  child: ChildProcess;
  call: Omit<CodeCall, 'id'>;
  resolve(columns: unknown[][]): void;
  reject(error: Error): void;
  timer: NodeJS.Timeout;
}

/** An endpoint's own code in a process of its own; one that hangs, runs out of memory or ends is started again. */
export class CodeProcess {
  readonly log = new ProcessLog();
  readonly #spec: CodeSpec;
  readonly #folder: string;
  readonly #waiting = new Map<number, Waiting>();
  #child: ChildProcess | undefined;
  #starting: Promise<ChildProcess> | undefined;
  #lastId = 0;
  #failures = 0;
  #retryAt = 0;
  #isClosed = false;

  private constructor(spec: CodeSpec, folder: string) {
    this.#spec = spec;
    this.#folder = folder;
  }

  /** Starts the code; fails with `invalid_input` and its own words where it cannot be loaded. */
  static async open(spec: CodeSpec, parent: string): Promise<CodeProcess> {
    await mkdir(parent, { recursive: true, mode: 0o700 });
    const folder = await mkdtemp(join(parent, 'process-'));
    await writeFile(join(folder, 'code.ts'), spec.source, { mode: 0o400 });
    const made = new CodeProcess(spec, folder);
    try {
      await made.#ready();
    } catch (error) {
      await made.close();
      throw error;
    }
    return made;
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** Runs the code over tables of `rows` rows; gives a list a wanted column. */
  async run(call: Omit<CodeCall, 'id'>): Promise<unknown[][]> {
    const child = this.#child ?? (await this.#ready());
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      const { timeoutMs } = this.#spec;
      const tooLate = () => {
        const message = `The endpoint's code gave no answer within ${timeoutMs} ms.`;
        this.#waiting.delete(id);
        reject(new TidemillError('timeout', message));
        // What hangs answers nobody else either; who comes next meets a new one.
        this.#drop(child);
      };
      this.#waiting.set(id, { child, call, resolve, reject, timer: setTimeout(tooLate, timeoutMs) });
      // One that cannot be asked is ending, or has cut itself off: its end answers whoever waits.
      child.send({ ...call, id } satisfies CodeCall, (error) => error && this.#drop(child));
    });
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#child?.kill('SIGKILL');
    this.#child = undefined;
    this.#refuseWaiting(new TidemillError('unavailable', "The endpoint's code was closed; ask again."));
    await rm(this.#folder, { recursive: true, force: true });
  }

  #ready(): Promise<ChildProcess> {
    if (this.#isClosed) return fail('unavailable', 'The endpoint’s code was closed; ask again.', { cure: 'Retry.' });
    const waitMs = this.#retryAt - performance.now();
    if (waitMs > 0) {
      const retryAfterSeconds = Math.ceil(waitMs / 1000);
      return fail('unavailable', "The endpoint's code is being started again.", { retryAfterSeconds });
    }
    this.#starting ??= this.#start().finally(() => {
      this.#starting = undefined;
    });
    return this.#starting;
  }

  #start(): Promise<ChildProcess> {
    const child = this.#spawn();
    if (child.pid !== undefined) void notePid({ root: this.#folder }, child.pid).catch(() => {});
    return new Promise((resolve, reject) => {
      const refuse = (why: string) => {
        child.kill('SIGKILL');
        const cure = 'Mend the code and declare the endpoint again.';
        reject(new TidemillError('unavailable', `The endpoint's code cannot be loaded: ${why}. ${cure}`, { cure }));
      };
      const timer = setTimeout(() => refuse(`it was not ready within ${startMs} ms`), startMs);
      child.on('message', (answer: CodeAnswer) => {
        if (!('ready' in answer)) return this.#take(answer);
        clearTimeout(timer);
        if (!answer.ready) return refuse(answer.error);
        // Closed while it started: nobody else would end it.
        if (this.#isClosed) return refuse('it was closed');
        this.#child = child;
        resolve(child);
      });
      // Every one of them: an error that nobody hears would end the server.
      child.on('error', (error) => {
        if (child.pid === undefined) this.#backOff();
        refuse(error.message);
      });
      child.once('disconnect', () => this.#drop(child));
      child.once('exit', (code, signal) => {
        clearTimeout(timer);
        refuse(`it ended with ${signal ?? `code ${code}`}`);
        this.#ended(child, signal ?? `code ${code}`);
      });
    });
  }

  #spawn(): ChildProcess {
    const file = join(this.#folder, 'code.ts');
    const readable = [dirname(host), this.#folder].map((folder) => `--allow-fs-read=${folder}/*`);
    const limits = [`--max-old-space-size=${this.#spec.memoryMb}`, '--disable-warning=ExperimentalWarning'];
    const words = [...limits, '--frozen-intrinsics', '--permission', ...readable, host, pathToFileURL(file).href];
    const child = spawn(process.execPath, words, {
      cwd: this.#folder,
      env: {},
      // Its number is then that of its group, by which the next server ends it where this one was killed.
      detached: true,
      serialization: 'advanced',
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    for (const name of ['stdout', 'stderr'] as const) {
      child[name]!.setEncoding('utf8').on('data', (text: string) => this.log.write(name, text));
    }
    return child;
  }

  #take(answer: Exclude<CodeAnswer, { ready: boolean }>): void {
    const waiting = this.#waiting.get(answer.id);
    if (!waiting) return;
    this.#waiting.delete(answer.id);
    clearTimeout(waiting.timer);
    this.#failures = 0;
    try {
      if (!('columns' in answer)) throw failureOf(answer);
      checkColumns(answer.columns, waiting.call);
      waiting.resolve(answer.columns);
    } catch (error) {
      waiting.reject(error instanceof TidemillError ? error : failureOf({ error: messageOf(error), isRefusal: false }));
    }
  }

  #ended(child: ChildProcess, why: string): void {
    this.#drop(child);
    if (this.#isClosed) return;
    this.log.note(`[tidemill] the code's process ended with ${why}`);
    const error = new TidemillError('model_failed', `The process of the endpoint's code ended with ${why}.`);
    this.#refuseWaiting(error, child);
    this.#backOff();
  }

  #drop(child: ChildProcess): void {
    if (this.#child === child) this.#child = undefined;
    child.kill('SIGKILL');
  }

  /** Answers those who wait for a process, or for any. */
  #refuseWaiting(error: TidemillError, child?: ChildProcess): void {
    for (const [id, waiting] of this.#waiting) {
      if (child && waiting.child !== child) continue;
      this.#waiting.delete(id);
      clearTimeout(waiting.timer);
      waiting.reject(error);
    }
  }

  /** The first restart is at once; code that ends again and again waits longer each time. */
  #backOff(): void {
    const waitMs = this.#failures === 0 ? 0 : Math.min(longestBackoffMs, 100 * 2 ** this.#failures);
    this.#failures++;
    this.#retryAt = performance.now() + waitMs;
  }
}

function failureOf({ error, isRefusal }: { error: string; isRefusal: boolean }): TidemillError {
  return isRefusal
    ? new TidemillError('row_refused', error)
    : new TidemillError('model_failed', `The endpoint's code failed: ${error}`);
}
