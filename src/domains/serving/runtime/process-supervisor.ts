import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { fail, messageOf } from '../../../kernel/errors.ts';
import { signalGroup } from '../../pipelines/index.ts';
import { notePid, type ProcessFolder } from './process-folder.ts';
import { ProcessLog } from './process-log.ts';
import type { ProcessRuntimeSpec } from './runtime-schema.ts';

/** What a supervised command needs. */
export interface SupervisedOptions {
  spec: ProcessRuntimeSpec;
  folder: ProcessFolder;
  /** The whole environment it sees. */
  environment: Record<string, string>;
  /** Whether the process answers on its port. */
  isHealthy(port: number): Promise<boolean>;
  /** Times that tests shorten. */
  timing?: Partial<Timing>;
}

interface Timing {
  /** Between two looks while it starts. */
  startLookMs: number;
  /** Between two looks while it runs. */
  lookMs: number;
  firstBackoffMs: number;
  longestBackoffMs: number;
  /** After running so long, the next restart waits no longer than the first. */
  stableMs: number;
}

const defaults: Timing = {
  startLookMs: 100,
  lookMs: 5000,
  firstBackoffMs: 500,
  longestBackoffMs: 30_000,
  stableMs: 60_000,
};
const mostMissedLooks = 3;

/**
 * Runs its arguments and ends with their code. Its fourth descriptor is a pipe that this server holds: when that closes,
 * because the server was killed, the whole group is. The words of a command are arguments here, never text of the script.
 */
const guard = `trap : TERM
"$@" 3<&- & child=$!
(cat <&3 >/dev/null; kill -KILL 0) &
exec 3<&-
while :; do wait $child; code=$?; kill -0 $child 2>/dev/null || exit $code; done`;

/**
 * Keeps a command running: starts it on a free port, waits until it is healthy, looks after it, and starts it again with
 * growing pauses when it ends or no longer answers. It is ended with everything it started.
 */
export class Supervisor {
  readonly log = new ProcessLog();
  readonly #options: SupervisedOptions;
  readonly #timing: Timing;
  #child: ChildProcess | undefined;
  #port: number | undefined;
  #isReady = false;
  #isClosed = false;
  #backoffMs: number;
  #timer: NodeJS.Timeout | undefined;
  restarts = 0;
  /** What ended it last. */
  reason: string | undefined;

  constructor(options: SupervisedOptions) {
    this.#options = options;
    this.#timing = { ...defaults, ...options.timing };
    this.#backoffMs = this.#timing.firstBackoffMs;
  }

  /** The port it answers on; undefined while it does not. */
  get port(): number | undefined {
    return this.#isReady ? this.#port : undefined;
  }

  /** The process group; undefined while nothing runs. */
  get group(): number | undefined {
    return this.#child?.pid;
  }

  /** Starts it and waits until it is healthy; fails with `unavailable` and its last lines where that does not come. */
  async start(): Promise<void> {
    const failure = await this.#startOnce();
    if (failure === undefined) return;
    await this.#end();
    const tail = this.log.lines(8).join('\n').slice(-1500);
    fail('unavailable', `The process of the model did not start: ${failure}\n${tail}`.trimEnd(), {
      retryAfterSeconds: 10,
    });
  }

  /** Ends it, politely at first, with all it started. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    await this.#end();
  }

  /** Starts a process; gives what went wrong, or nothing when it is healthy and watched. */
  async #startOnce(): Promise<string | undefined> {
    const { spec, folder, environment } = this.#options;
    const port = await freePort();
    const words = spec.command.map((word) =>
      word.replaceAll('{model}', folder.model).replaceAll('{port}', String(port)),
    );
    this.#port = port;
    const child = spawn('/bin/sh', ['-c', guard, 'sh', ...words], {
      cwd: folder.work,
      env: environment,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    });
    this.#child = child;
    for (const name of ['stdout', 'stderr'] as const) {
      child[name]!.setEncoding('utf8').on('data', (text: string) => this.log.write(name, text));
    }
    child.stdio[3]!.on('error', () => {});
    const ended = new Promise<string>((resolve) => {
      child.once('error', (error) => resolve(messageOf(error)));
      child.once('exit', (code, signal) =>
        resolve(signal ? `it was ended by ${signal}` : `it ended with code ${code}`),
      );
    });
    if (child.pid !== undefined) await notePid(folder, child.pid);
    const failure = await this.#awaitHealth(port, ended);
    if (failure !== undefined) return failure;
    this.#isReady = true;
    this.reason = undefined;
    const healthyAt = performance.now();
    void ended.then((why) => this.#died(child, why, healthyAt));
    this.#watch(child, port);
    return undefined;
  }

  async #awaitHealth(port: number, ended: Promise<string>): Promise<string | undefined> {
    const { spec, isHealthy } = this.#options;
    const deadline = performance.now() + spec.startTimeoutMs;
    let why: string | undefined;
    void ended.then((said) => {
      why = said;
    });
    while (performance.now() < deadline) {
      if (this.#isClosed) return 'it was closed meanwhile';
      const healthy = await isHealthy(port).catch(() => false);
      // Another program may have taken the port: only while ours lives is the answer its own.
      if (why !== undefined) return why;
      if (healthy) return undefined;
      await new Promise((resolve) => setTimeout(resolve, this.#timing.startLookMs));
    }
    return `it did not answer its health check within ${spec.startTimeoutMs} ms`;
  }

  /** Looks after a running process; one that no longer answers is ended, which starts it again. */
  #watch(child: ChildProcess, port: number): void {
    let missed = 0;
    const look = async () => {
      const healthy = await this.#options.isHealthy(port).catch(() => false);
      if (this.#isClosed || this.#child !== child) return;
      missed = healthy ? 0 : missed + 1;
      if (missed >= mostMissedLooks) {
        this.log.note(`[tidemill] no answer to ${missed} health checks: it is ended`);
        if (child.pid !== undefined) signalGroup(child.pid, 'SIGKILL');
      } else this.#timer = setTimeout(() => void look(), this.#timing.lookMs).unref();
    };
    this.#timer = setTimeout(() => void look(), this.#timing.lookMs).unref();
  }

  #died(child: ChildProcess, why: string, healthyAt: number): void {
    if (this.#child !== child) return;
    this.#isReady = false;
    clearTimeout(this.#timer);
    // Its children have lost their parent, not their port.
    if (child.pid !== undefined) signalGroup(child.pid, 'SIGKILL');
    this.reason = why;
    if (this.#isClosed) return;
    this.log.note(`[tidemill] ${why}; it is started again`);
    if (performance.now() - healthyAt > this.#timing.stableMs) this.#backoffMs = this.#timing.firstBackoffMs;
    this.#scheduleRestart();
  }

  #scheduleRestart(): void {
    const waitMs = this.#backoffMs;
    this.#backoffMs = Math.min(this.#timing.longestBackoffMs, waitMs * 2);
    this.#timer = setTimeout(() => void this.#restart(), waitMs).unref();
  }

  async #restart(): Promise<void> {
    this.restarts++;
    const failure = await this.#startOnce().catch(messageOf);
    if (failure === undefined || this.#isClosed) return;
    this.reason = failure;
    this.log.note(`[tidemill] ${failure}`);
    await this.#end();
    if (!this.#isClosed) this.#scheduleRestart();
  }

  async #end(): Promise<void> {
    this.#isReady = false;
    const child = this.#child;
    this.#child = undefined;
    if (child?.pid === undefined) return;
    if (child.exitCode === null && child.signalCode === null) {
      signalGroup(child.pid, 'SIGTERM');
      const timer = setTimeout(() => signalGroup(child.pid!, 'SIGKILL'), this.#options.spec.stopTimeoutMs);
      await once(child, 'exit');
      clearTimeout(timer);
    }
    signalGroup(child.pid, 'SIGKILL');
  }
}

/** A port of this machine that nobody listens on. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address() as { port: number };
      server.close(() => resolve(address.port));
    });
  });
}
