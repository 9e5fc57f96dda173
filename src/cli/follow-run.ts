import type { Client, OutputOf } from '@tidemill/sdk';
import { colour } from './output.ts';

/** A run of a pipeline. */
export type PipelineRun = OutputOf<'/api/v1/pipeline-runs/{id}', 'get'>;
/** A step of a run. */
export type PipelineStep = OutputOf<'/api/v1/pipeline-runs/{id}/steps', 'get'>['items'][number];

/** What is told of a run under way. */
export interface Followed {
  /** A line about a step: its state changed, or it wrote something. */
  say(line: string): void;
  /** How many steps are done. */
  done(run: PipelineRun): void;
}

const marks: Record<string, string> = {
  running: colour.blue('▸'),
  succeeded: colour.green('✓'),
  cached: colour.green('✓'),
  failed: colour.red('✗'),
  cancelled: colour.yellow('■'),
  upstream_failed: colour.dim('–'),
  skipped: colour.dim('–'),
};
const mostLogs = 1_048_576;

/** All steps of a run. */
export async function readSteps(client: Client, id: string): Promise<PipelineStep[]> {
  const steps: PipelineStep[] = [];
  let pageToken: string | undefined;
  do {
    const page = await client.get('/api/v1/pipeline-runs/{id}/steps', {
      id,
      limit: 1000,
      ...(pageToken && { pageToken }),
    });
    steps.push(...page.items);
    pageToken = page.nextPageToken;
  } while (pageToken);
  return steps;
}

/** Tells what happens in a run until it ends, and gives it as it ended. */
export async function followRun(client: Client, id: string, told: Followed): Promise<PipelineRun> {
  const teller = new RunTeller(client, id, told);
  for (;;) {
    // The run is read before its steps, so that what is told last includes how each ended.
    const run = await client.get('/api/v1/pipeline-runs/{id}', { id });
    await teller.tell();
    told.done(run);
    if (run.finishedAt) return run;
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}

class RunTeller {
  readonly #client: Client;
  readonly #id: string;
  readonly #told: Followed;
  readonly #states = new Map<string, string>();
  readonly #offsets = new Map<string, number>();

  constructor(client: Client, id: string, told: Followed) {
    this.#client = client;
    this.#id = id;
    this.#told = told;
  }

  async tell(): Promise<void> {
    for (const step of await readSteps(this.#client, this.#id)) {
      const before = this.#states.get(step.name);
      const began = step.startedAt !== undefined && before === undefined;
      if (began && step.state !== 'cached') this.#told.say(`${marks['running']} ${step.name}`);
      const isLive = step.state === 'running' || before !== step.state;
      if (isLive && step.attempts > 0 && step.state !== 'cached') await this.#tellLogs(step);
      if (before !== step.state && step.state in marks && step.state !== 'running') this.#told.say(endOf(step));
      if (step.startedAt !== undefined || step.state in marks) this.#states.set(step.name, step.state);
    }
  }

  async #tellLogs({ name, attempts }: PipelineStep): Promise<void> {
    for (let attempt = 1; attempt <= attempts; attempt++) {
      const key = `${name}/${attempt}`;
      for (;;) {
        const offset = this.#offsets.get(key) ?? 0;
        const query = { id: this.#id, step: name, attempt, offset, limitBytes: mostLogs };
        const { text, nextOffset } = await this.#client.get('/api/v1/pipeline-runs/{id}/steps/{step}/logs', query);
        this.#offsets.set(key, nextOffset);
        for (const line of text.split('\n')) if (line !== '') this.#told.say(`  ${colour.dim(`${name} |`)} ${line}`);
        if (nextOffset === offset) break;
      }
    }
  }
}

/** How a step ended, in one line. */
export function endOf(step: PipelineStep): string {
  const took =
    step.startedAt && step.finishedAt ? ` ${seconds(Date.parse(step.finishedAt) - Date.parse(step.startedAt))}` : '';
  const why = step.error ? `: ${step.error}` : '';
  const words: Record<string, string> = {
    succeeded: took,
    cached: ' taken from the cache',
    upstream_failed: ' not run: a step before it failed',
  };
  return `${marks[step.state] ?? ' '} ${step.name}${words[step.state] ?? ` ${step.state}${why}`}`;
}

/** A duration as people read it. */
export function seconds(ms: number): string {
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`;
  return `${Math.floor(ms / 60_000)} min ${Math.round((ms % 60_000) / 1000)} s`;
}
