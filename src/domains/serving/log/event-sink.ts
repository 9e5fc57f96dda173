import { messageOf } from '../../../kernel/errors.ts';
import { createUpstream, type Upstream, type UpstreamOptions } from '../runtime/remote-http.ts';
import { type CloudEvent, encodeEvents } from './cloud-event.ts';
import type { LogSink } from './sink-schema.ts';

/** How a sink sends; the defaults suit a server. */
export interface SinkTuning {
  /** Events and bytes that may wait; more are dropped and counted. */
  maxEvents?: number;
  maxBytes?: number;
  /** Pause after the first failure; it doubles up to half a minute. */
  retryMs?: number;
  timeoutMs?: number;
}

/** What became of a sink's events since the process began. */
export interface SinkCounts {
  sent: number;
  /** There was no room for them, or the server stopped. */
  dropped: number;
  /** The receiver said no, so that they were not sent again. */
  refused: number;
  /** Requests that failed and were made again. */
  retries: number;
}

/** How a receiver is reached; nothing is sent before `ready`. */
export type SinkReach = Pick<UpstreamOptions, 'policy' | 'headers' | 'refused'> & { ready: Promise<void> };

const atOnce = 4;
const batchEvents = 200;
const batchBytes = 1_048_576;
const mostPauseMs = 30_000;

/**
 * Sends events to one receiver from a bounded queue. A receiver that fails is left alone for a while, then asked with one
 * request; each event is sent until it is taken or refused, so that it may come twice, in whatever order.
 */
export class EventSink {
  readonly counts: SinkCounts = { sent: 0, dropped: 0, refused: 0, retries: 0 };
  lastError: string | undefined;
  readonly #sink: LogSink;
  readonly #tuning: Required<SinkTuning>;
  readonly #upstream: Upstream;
  #queue: CloudEvent[] = [];
  #bytes = 0;
  #underWay = 0;
  #requests = 0;
  #failures = 0;
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;
  #isReady = false;

  constructor(sink: LogSink, reach: SinkReach, tuning: SinkTuning = {}) {
    this.#sink = sink;
    this.#tuning = { maxEvents: 20_000, maxBytes: 33_554_432, retryMs: 250, timeoutMs: 10_000, ...tuning };
    const { ready, ...upstream } = reach;
    this.#upstream = createUpstream({ ...upstream, concurrency: atOnce, connectTimeoutMs: 5000 });
    void ready.finally(() => {
      this.#isReady = true;
      this.#pump();
    });
  }

  /** Events that wait or are under way. */
  get queued(): number {
    return this.#queue.length + this.#underWay;
  }

  /** Whether the receiver failed last and is left alone. */
  get isPaused(): boolean {
    return this.#failures > 0;
  }

  /** Takes an event; never waits, never throws. */
  add(event: CloudEvent): void {
    const bytes = event.data.length;
    if (this.#isClosed || this.queued >= this.#tuning.maxEvents || this.#bytes + bytes > this.#tuning.maxBytes) {
      this.counts.dropped++;
      return;
    }
    this.#queue.push(event);
    this.#bytes += bytes;
    this.#pump();
  }

  /** Sends what waits for at most so long, then drops the rest. */
  async close(withinMs: number): Promise<void> {
    const until = performance.now() + withinMs;
    while (this.queued > 0 && !this.isPaused && performance.now() < until) {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    this.#isClosed = true;
    clearTimeout(this.#timer);
    this.counts.dropped += this.#queue.length;
    this.#queue = [];
    this.#upstream.close();
  }

  #pump(): void {
    if (this.#timer || this.#isClosed || !this.#isReady) return;
    const most = this.#failures > 0 ? 1 : atOnce;
    let busy = this.#requests;
    while (this.#queue.length > 0 && busy < most) {
      busy++;
      void this.#send(this.#next());
    }
  }

  #next(): CloudEvent[] {
    if (this.#sink.mode !== 'batch') return this.#queue.splice(0, 1);
    let count = 0;
    let bytes = 0;
    while (count < this.#queue.length && count < batchEvents && (count === 0 || bytes < batchBytes)) {
      bytes += this.#queue[count++]!.data.length;
    }
    return this.#queue.splice(0, count);
  }

  async #send(events: CloudEvent[]): Promise<void> {
    this.#requests++;
    this.#underWay += events.length;
    const outcome = await this.#post(events);
    this.#requests--;
    this.#underWay -= events.length;
    if (outcome === 'again' && !this.#isClosed) {
      this.counts.retries++;
      this.#queue.unshift(...events);
      this.#pause();
      return;
    }
    for (const event of events) this.#bytes -= event.data.length;
    this.counts[outcome === 'again' ? 'dropped' : outcome] += events.length;
    if (outcome !== 'again') this.#failures = 0;
    this.#pump();
  }

  async #post(events: readonly CloudEvent[]): Promise<'sent' | 'refused' | 'again'> {
    const { headers, body } = encodeEvents(this.#sink.mode, events);
    const deadline = performance.now() + this.#tuning.timeoutMs;
    try {
      const url = new URL(this.#sink.url);
      const { status } = await this.#upstream.ask({ method: 'POST', url, headers, body, deadline });
      if (status < 300) return 'sent';
      this.lastError = `The receiver answered ${status}.`;
      return status >= 500 || [401, 403, 408, 425, 429].includes(status) ? 'again' : 'refused';
    } catch (error) {
      this.lastError = messageOf(error);
      return 'again';
    }
  }

  #pause(): void {
    this.#failures++;
    if (this.#timer) return;
    const pauseMs = Math.min(mostPauseMs, this.#tuning.retryMs * 2 ** Math.min(20, this.#failures - 1));
    // Some chance, so that many senders do not come back at once.
    this.#timer = setTimeout(
      () => {
        this.#timer = undefined;
        this.#pump();
      },
      pauseMs * (0.5 + Math.random() / 2),
    );
    this.#timer.unref();
  }
}
