import { appendFileSync, mkdirSync } from 'node:fs';
import { fail, messageOf, TidemillError } from '../../kernel/errors.ts';
import type { Execution, Executor, Outcome, StopReason, Work } from './executor.ts';
import type { LogLimits } from './log-file.ts';
import type { Builtin, PipelinePorts } from './ports.ts';
import { type StepFolder, stepFolderAt } from './step-folder.ts';
import { renderText } from './template.ts';

/** What in-process steps need. */
export interface InProcessOptions {
  root: string;
  slots: number;
  ports: PipelinePorts;
  builtins: ReadonlyMap<string, Builtin>;
  log: LogLimits;
  onOver(work: Work, folder: StepFolder): void;
}

/** Runs `builtin` and `sql` steps inside the server. They do not survive it: a lost one is tried again. */
export class InProcessExecutor implements Executor {
  readonly name = 'in-process';
  readonly slots: number;
  readonly #options: InProcessOptions;

  constructor(options: InProcessOptions) {
    this.#options = options;
    this.slots = options.slots;
  }

  submit(work: Work): Execution {
    const stopping = new AbortController();
    let stopped: StopReason | undefined;
    const log = new StepLogWriter(this.#options, work);
    const outcome = this.#run(work, { signal: stopping.signal, log: (line) => log.write(line) }).then(
      (done) => (stopped === 'timeout' ? timedOut : stopped === 'cancelled' ? ({ kind: 'cancelled' } as const) : done),
      (error: unknown) => ended(error, stopped),
    );
    void outcome.then(() => log.close());
    return {
      handle: undefined,
      outcome,
      stop(reason) {
        stopped ??= reason;
        stopping.abort(new TidemillError('cancelled', `The step is being stopped (${reason}).`));
      },
    };
  }

  async adopt(work: Work): Promise<undefined> {
    const { runId } = work.context;
    this.#options.onOver(work, stepFolderAt(this.#options.root, { runId, idx: work.index, n: work.attempt }));
  }

  detach(): void {}

  async #run(work: Work, use: { signal: AbortSignal; log(line: string): void }): Promise<Outcome> {
    const { step, context, inputs } = work;
    const { ports, builtins } = this.#options;
    if (step.kind === 'sql') {
      if (!ports.writeQueryResult) fail('unsupported', 'This server runs no sql steps.');
      const sql = renderText(step.sql, 'sql', { lookup: work.lookup });
      const dataset = await ports.writeQueryResult({
        sql,
        inputs,
        dataset: step.dataset,
        step: context,
        signal: use.signal,
      });
      return { kind: 'succeeded', outputs: { dataset } };
    }
    if (step.kind !== 'builtin') return fail('internal', `A ${step.kind} step does not run in the server.`);
    const builtin = builtins.get(step.builtin) ?? fail('invalid_input', `There is no builtin step '${step.builtin}'.`);
    const params = builtin.params.safeParse(work.params);
    if (!params.success) {
      const issue = params.error.issues[0]!;
      return fail('invalid_input', `params.${issue.path.join('.')}: ${issue.message}`, { field: 'params' });
    }
    const { actor, runId, stepName, attemptId } = context;
    const done = await builtin.run({ params: params.data, inputs, actor, runId, stepName, attemptId, ...use });
    return { kind: 'succeeded', outputs: done.outputs ?? {}, ...(done.metrics && { metrics: done.metrics }) };
  }
}

const timedOut: Outcome = {
  kind: 'failed',
  failure: { errorClass: 'timeout', error: 'The step ran longer than its time limit.' },
};

const ours = new Set(['unavailable', 'internal', 'limited']);

function ended(error: unknown, stopped: StopReason | undefined): Outcome {
  if (stopped === 'timeout') return timedOut;
  if (stopped === 'cancelled') return { kind: 'cancelled' };
  const text = messageOf(error);
  if (stopped === 'shutdown') return { kind: 'failed', failure: { errorClass: 'preempted', error: text } };
  const users = error instanceof TidemillError && !ours.has(error.kind);
  return { kind: 'failed', failure: { errorClass: users ? 'user' : 'infra', error: text } };
}

/** Writes the lines of an in-process step to its log file, up to the limit; nothing is made while nothing is written. */
class StepLogWriter {
  readonly #options: InProcessOptions;
  readonly #work: Work;
  readonly #folder: StepFolder;
  #bytes = 0;
  #lines: string[] = [];
  #made = false;

  constructor(options: InProcessOptions, work: Work) {
    this.#options = options;
    this.#work = work;
    this.#folder = stepFolderAt(options.root, { runId: work.context.runId, idx: work.index, n: work.attempt });
  }

  write(line: string): void {
    const limit = this.#options.log.headBytes + this.#options.log.tailBytes;
    if (this.#bytes > limit) return;
    const text = `${line}\n`;
    this.#bytes += Buffer.byteLength(text);
    if (this.#lines.length === 0) setImmediate(() => this.#flush());
    this.#lines.push(this.#bytes > limit ? `… the rest of this log is not kept: it is over ${limit} bytes\n` : text);
  }

  #flush(): void {
    if (this.#lines.length === 0) return;
    try {
      if (!this.#made) mkdirSync(this.#folder.root, { recursive: true, mode: 0o700 });
      this.#made = true;
      appendFileSync(this.#folder.log, this.#lines.join(''), { mode: 0o600 });
    } catch {
      // A step does not fail because its log cannot be written.
    }
    this.#lines = [];
  }

  close(): void {
    this.#flush();
    if (this.#made) this.#options.onOver(this.#work, this.#folder);
  }
}
