import type { Client } from '@tidemill/sdk';

interface LedgerEvent {
  type: string;
  at: string;
  subject: { kind: string; id: string; name?: string };
  data: Record<string, unknown>;
}

const stepWords: Record<string, (percent: unknown) => string> = {
  shadow: () => 'answers in the shadow of the champion',
  weight: (percent) => `answers ${percent} % of the callers`,
  bake: () => 'answers everybody, the champion warm behind it',
};

const told: Record<string, (event: LedgerEvent) => string> = {
  'alert.opened': ({ data }) => `alert: ${data['summary'] ?? data['monitor'] ?? 'a monitor complains'}`,
  'alert.resolved': ({ subject }) => `alert of ${subject.name ?? subject.id} resolved`,
  'retraining.started': () => 'retraining starts by itself',
  'retraining.challenger-registered': ({ data }) => `challenger registered: version ${data['version']}`,
  'rollout.started': ({ data }) => `rollout of version ${data['candidate']} begins`,
  'rollout.step.started': ({ data }) =>
    `version ${data['candidate']}: ${stepWords[String(data['kind'])]?.(data['percent']) ?? data['kind']}`,
  'rollout.promoted': ({ data }) => `version ${data['candidate']} promoted: ${data['reason']}`,
  'rollout.rolled-back': ({ data }) => `version ${data['candidate']} rolled back: ${data['reason']}`,
};

/** Says on standard error what happens, as the ledger tells it, with the day of the replay it happened on. */
export class Progress {
  readonly #started = performance.now();
  readonly #quiet: boolean;
  #day = '';
  #line = '';

  constructor(quiet: boolean) {
    this.#quiet = quiet;
  }

  say(text: string): void {
    if (this.#quiet) return;
    const seconds = ((performance.now() - this.#started) / 1000).toFixed(1).padStart(5);
    this.#wipe();
    process.stderr.write(`${seconds} s  ${this.#day.padEnd(10)}  ${text}\n`);
    this.#draw();
  }

  /** How far the replay is. */
  replayed(at: number, share: number, predictions: number): void {
    this.#day = new Date(at).toISOString().slice(0, 10);
    if (this.#quiet || !process.stderr.isTTY) return;
    const full = Math.round(share * 30);
    this.#wipe();
    this.#line = `         ${this.#day}  ${'█'.repeat(full)}${'░'.repeat(30 - full)} ${predictions.toLocaleString('en')} predictions`;
    this.#draw();
  }

  /** Follows the ledger until the signal aborts. */
  async follow(client: Client, signal: AbortSignal): Promise<void> {
    const stream = await client.open('/api/v1/ledger/stream', signal);
    let text = '';
    for await (const chunk of stream.body!.pipeThrough(new TextDecoderStream())) {
      text += chunk;
      const parts = text.split('\n\n');
      text = parts.pop()!;
      for (const part of parts) {
        const data = part.split('\n').find((line) => line.startsWith('data: '));
        if (data) this.#tell(JSON.parse(data.slice(6)) as LedgerEvent);
      }
    }
  }

  end(): void {
    this.#wipe();
    this.#line = '';
  }

  #tell(event: LedgerEvent): void {
    const words = told[event.type]?.(event);
    if (words) this.say(words);
  }

  #wipe(): void {
    if (this.#line) process.stderr.write('\r\u001b[2K');
  }

  #draw(): void {
    if (this.#line) process.stderr.write(this.#line);
  }
}
