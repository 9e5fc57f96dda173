import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { messageOf, TidemillError } from '../../kernel/errors.ts';
import type { Execution, Executor, Outcome, StopReason, Work } from './executor.ts';
import { cutFlood, type LogLimits, readMasked, segmentsOf } from './log-file.ts';
import { type Command, closeTracking, type ProcessSettings, prepareProcess, trackingRunOf } from './process-command.ts';
import { processStart, signalGroup, signalTree } from './process-tree.ts';
import { UsageMeter } from './process-usage.ts';
import { abandon, readExit, readPid, readSecrets, type StepFolder, stepFolderAt } from './step-folder.ts';
import { takeOutputs } from './transfer.ts';

/** How processes are run on this machine. */
export interface ProcessExecutorOptions extends ProcessSettings {
  slots: number;
  /** Between SIGTERM and SIGKILL. */
  graceMs: number;
  log: LogLimits;
  onError(what: string, error: unknown): void;
  /** Hears that a process is over and its folder may be archived. */
  onOver(work: Work, folder: StepFolder): void;
}

/*
 * The wrapper is what survives the server: it says who it is, does not begin when its step was given to another meanwhile,
 * runs the command, and leaves the exit status in a file. The trap keeps it alive on SIGTERM until the command has ended;
 * unlike an ignored signal, a trapped one is not inherited.
 */
const wrapper = `echo $$ > "$0/pid"; [ -e "$0/abandoned" ] && exit 86; trap : TERM INT HUP; "$@"; c=$?; echo $c > "$0/exit"`;
const pollMs = 200;
/** Between two looks at what steps use. */
const usageMs = 5_000;

interface Running {
  work: Work;
  folder: StepFolder;
  pid: number | undefined;
  child: ChildProcess | undefined;
  stopped: StopReason | undefined;
  startedAt: number;
  over(lost?: string): void;
}

/** Runs steps as processes of this machine: each in a group and a folder of its own, findable after the server dies. */
export class ProcessExecutor implements Executor {
  readonly name = 'process';
  readonly slots: number;
  readonly #options: ProcessExecutorOptions;
  readonly #running = new Set<Running>();
  #watching: NodeJS.Timeout | undefined;
  #detached = false;
  #measuredAt = 0;
  readonly #meter = new UsageMeter();

  constructor(options: ProcessExecutorOptions) {
    this.#options = options;
    this.slots = options.slots;
  }

  submit(work: Work): Execution {
    const running = this.#begin(work);
    const handle = Promise.withResolvers<string | undefined>();
    const outcome = this.#outcome(running, async (ended) => {
      const command = await prepareProcess(this.#options, work, running.folder);
      if (running.stopped) return ended();
      this.#spawn(running, command, ended);
      handle.resolve(running.pid === undefined ? undefined : toHandle(running.pid));
    });
    void outcome.finally(() => handle.resolve(undefined));
    return { handle: handle.promise, outcome, stop: (reason) => this.#stop(running, reason) };
  }

  async adopt(work: Work, handle: string | undefined): Promise<Execution | undefined> {
    const running = this.#begin(work);
    let found: string | undefined;
    const known = handle === undefined ? undefined : fromHandle(handle);
    if (known && known.host !== hostname()) return this.#giveUp(running);
    if (readExit(running.folder) === undefined) {
      // From here on a wrapper that has not begun will not.
      if (readPid(running.folder) === undefined) abandon(running.folder);
      const pid = readPid(running.folder);
      if (pid === undefined || !isOurs(pid, known, work)) return this.#giveUp(running);
      running.pid = pid;
      found = toHandle(pid);
    } else running.pid = readPid(running.folder);
    const outcome = this.#outcome(running, async (ended) => {
      if (readExit(running.folder) !== undefined) return ended();
      const timer = setInterval(() => {
        const alive = running.pid !== undefined && processStart(running.pid) !== undefined;
        if (alive && readExit(running.folder) === undefined) return;
        clearInterval(timer);
        ended();
      }, pollMs);
      timer.unref();
    });
    // Where the server died before it wrote the handle down, the adopter does.
    return { handle: Promise.resolve(found), outcome, stop: (reason) => this.#stop(running, reason) };
  }

  detach(): void {
    this.#detached = true;
    clearInterval(this.#watching);
    for (const running of this.#running) running.child?.unref();
  }

  #begin(work: Work): Running {
    const { runId } = work.context;
    const folder = stepFolderAt(this.#options.root, { runId, idx: work.index, n: work.attempt });
    const running: Running = {
      work,
      folder,
      pid: undefined,
      child: undefined,
      stopped: undefined,
      startedAt: performance.now(),
      over: () => {},
    };
    this.#running.add(running);
    this.#watching ??= setInterval(() => this.#watch(), 250).unref();
    return running;
  }

  #giveUp(running: Running): undefined {
    this.#forget(running);
    this.#options.onOver(running.work, running.folder);
  }

  #forget(running: Running): void {
    this.#running.delete(running);
    if (this.#running.size > 0) return;
    clearInterval(this.#watching);
    this.#watching = undefined;
  }

  /** Runs `start`, waits until it says the process has ended, and judges the end. */
  async #outcome(running: Running, start: (ended: (lost?: string) => void) => Promise<void>): Promise<Outcome> {
    try {
      const lost = await new Promise<string | undefined>((resolve, reject) => {
        running.over = resolve;
        start(resolve).catch(reject);
      });
      // The adopter judges the end; this server is leaving.
      if (this.#detached) return await new Promise<never>(() => {});
      if (running.pid !== undefined && signalGroup(running.pid, 0)) signalGroup(running.pid, 'SIGKILL');
      const outcome = await this.#judge(running, lost);
      const ending = { folder: running.folder, status: outcome.kind };
      // The step is over as it is over, whether or not its tracking run can be ended.
      await closeTracking(this.#options, running.work, ending).catch((error: unknown) =>
        this.#options.onError('pipelines: ending a tracking run', error),
      );
      return outcome;
    } catch (error) {
      return { kind: 'failed', failure: failureOf(error) };
    } finally {
      this.#forget(running);
      if (!this.#detached) this.#options.onOver(running.work, running.folder);
    }
  }

  #spawn(running: Running, command: Command, ended: (lost?: string) => void): void {
    const log = openSync(running.folder.log, 'w', 0o600);
    try {
      const child = spawn('/bin/sh', ['-c', wrapper, running.folder.root, ...command.argv], {
        cwd: command.cwd,
        env: command.env,
        detached: true,
        stdio: ['ignore', log, log],
      });
      running.pid = child.pid;
      running.child = child;
      child.on('error', (error) => ended(`The process could not be started: ${error.message}.`));
      child.on('exit', () => ended());
    } finally {
      closeSync(log);
    }
  }

  async #judge(running: Running, lost: string | undefined): Promise<Outcome> {
    const { work, folder, stopped } = running;
    if (stopped === 'timeout') {
      return { kind: 'failed', failure: { errorClass: 'timeout', error: 'The step ran longer than its time limit.' } };
    }
    if (stopped) return { kind: 'cancelled' };
    if (lost !== undefined) return { kind: 'failed', failure: { errorClass: 'infra', error: lost } };
    const exit = readExit(folder);
    if (exit === 0) {
      const declared = 'outputs' in work.step ? work.step.outputs : {};
      return { kind: 'succeeded', outputs: await takeOutputs(this.#options.blobs, folder.outputs, declared), exit };
    }
    if (exit === undefined || exit === 137) {
      const error = 'The process was killed (SIGKILL) from outside; perhaps the machine ran out of memory.';
      return { kind: 'failed', failure: { errorClass: 'infra', error }, exit };
    }
    if (exit === 143) {
      const error = 'The process was ended by SIGTERM from outside.';
      return { kind: 'failed', failure: { errorClass: 'preempted', error }, exit };
    }
    const last = await lastLines(folder);
    const how = exit > 128 && exit < 160 ? `was ended by signal ${exit - 128}` : `exited with status ${exit}`;
    return { kind: 'failed', failure: { errorClass: 'user', error: `The command ${how}.${last && ` ${last}`}` }, exit };
  }

  #stop(running: Running, reason: StopReason): void {
    if (running.stopped || reason === 'shutdown') return;
    running.stopped = reason;
    if (running.pid === undefined) return;
    const { pid } = running;
    const marker = markerOf(running.work);
    signalTree(pid, marker, 'SIGTERM');
    const kill = setTimeout(() => signalTree(pid, marker, 'SIGKILL'), this.#options.graceMs);
    const over = running.over;
    const whenOver = () => {
      clearTimeout(kill);
      signalTree(pid, marker, 'SIGKILL');
      over();
    };
    running.over = whenOver;
    void this.#whenGone(pid).then(whenOver);
  }

  /** Resolves when the wrapper has ended, whoever its parent is. */
  async #whenGone(pid: number): Promise<void> {
    while (processStart(pid) !== undefined) await new Promise((resolve) => setTimeout(resolve, 20));
  }

  #watch(): void {
    const now = performance.now();
    for (const running of this.#running) {
      if (now - running.startedAt < 200) continue;
      try {
        cutFlood(running.folder, this.#options.log);
      } catch {
        // A log that cannot be cut now (a full disk) is tried again at the next turn.
      }
    }
    if (now - this.#measuredAt < usageMs) return;
    this.#measuredAt = now;
    logUsage(this.#options, this.#meter, this.#running);
  }
}

/** Tells the tracking runs of steps what their processes use; a run that cannot be told now is told the next time. */
function logUsage({ ports, onError }: ProcessExecutorOptions, meter: UsageMeter, all: ReadonlySet<Running>): void {
  if (!ports.logUsage) return;
  const measured = meter.measure(new Set([...all].flatMap(({ pid }) => pid ?? [])));
  for (const { pid, folder } of all) {
    const usage = measured.get(pid ?? -1);
    const trackingRunId = usage && trackingRunOf(folder);
    if (!trackingRunId) continue;
    ports
      .logUsage({ ...usage, trackingRunId })
      .catch((error: unknown) => onError('pipelines: what a step uses', error));
  }
}

/** What marks a process as belonging to an attempt. */
function markerOf(work: Work): string {
  return `TIDEMILL_ATTEMPT=${work.externalId}`;
}

function failureOf(error: unknown): { errorClass: 'user' | 'infra'; error: string } {
  const users =
    error instanceof TidemillError && !['unavailable', 'internal', 'timeout', 'limited'].includes(error.kind);
  return { errorClass: users ? 'user' : 'infra', error: messageOf(error) };
}

function toHandle(pid: number): string {
  return JSON.stringify({ host: hostname(), pid, start: processStart(pid) });
}

function fromHandle(handle: string): { host: string; pid: number; start?: string } {
  return JSON.parse(handle) as { host: string; pid: number; start?: string };
}

/** Whether a living process is the attempt's: a pid alone may have gone to another program. */
function isOurs(pid: number, known: { pid: number; start?: string } | undefined, work: Work): boolean {
  const start = processStart(pid);
  if (start === undefined) return false;
  if (known?.pid === pid && known.start !== undefined) return known.start === start;
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1').includes(markerOf(work));
  } catch {
    return process.platform !== 'linux';
  }
}

async function lastLines(folder: StepFolder): Promise<string> {
  const segment = segmentsOf(folder).at(-1);
  if (!segment) return '';
  const part = { start: Math.max(segment.start, segment.end - 2000), end: segment.end };
  const text = (await readMasked(segment, part, readSecrets(folder))).toString('utf8').trim();
  return text.split('\n').slice(-8).join('\n');
}
