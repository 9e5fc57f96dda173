import type { Clock } from '../../../kernel/clock.ts';
import { Histogram } from './histogram.ts';
import { type Protocol, protocols } from './protocol.ts';
import { type Recent, recentOf, type Slice, sliceMs, slices, takeSlice } from './recent.ts';
import { RunTimes } from './run-times.ts';

/** What requests of one protocol that ended with one status took. */
export class RequestSeries {
  readonly protocol: Protocol;
  readonly code: number;
  readonly latency = new Histogram();
  rows = 0;
  readonly #owner: LiveStats;

  constructor(owner: LiveStats, protocol: Protocol, code: number) {
    this.#owner = owner;
    this.protocol = protocol;
    this.code = code;
  }

  /** Counts a request that ended at wall-clock `now`. */
  count(now: number, rows: number, ms: number): void {
    this.#owner.touch(now);
    this.latency.add(ms / 1000);
    this.rows += rows;
  }
}

/** Counters of one variant since the process began, and by tens of seconds over the last five minutes. */
export class LiveStats {
  readonly times = new RunTimes();
  readonly explain = new Histogram();
  /** Requests that are being answered. */
  inFlight = 0;
  /** Wall-clock ms of the last request; 0 where there was none. */
  lastAt = 0;
  readonly #series = new Map<number, RequestSeries>();
  #slices: Slice[] = [];
  #sliceEndsAt = 0;

  /** Where requests of a protocol that ended with an HTTP status are counted; 499 is a caller that went away. */
  series(protocol: Protocol, code: number): RequestSeries {
    const key = code * protocols.length + protocols.indexOf(protocol);
    let series = this.#series.get(key);
    if (!series) {
      series = new RequestSeries(this, protocol, code);
      this.#series.set(key, series);
    }
    return series;
  }

  all(): RequestSeries[] {
    return [...this.#series.values()];
  }

  /** Takes note of a request that begins: one after a pause begins its slice before any of it is counted. */
  begin(clock: Clock): void {
    if (this.inFlight++ === 0) this.touch(clock.now());
  }

  /** Takes note of the time before a request is counted: a slice of ten seconds ends where the next one begins. */
  touch(now: number): void {
    this.lastAt = now;
    if (now < this.#sliceEndsAt && now >= this.#sliceEndsAt - sliceMs) return;
    this.#slices.push(takeSlice(this, now));
    if (this.#slices.length > slices) this.#slices.shift();
    this.#sliceEndsAt = now - (now % sliceMs) + sliceMs;
  }

  /** The last five minutes. */
  recent(now: number): Recent {
    return recentOf(this, this.#slices, now);
  }

  /** Seconds the model ran in the last minute, by every second of it. */
  utilisation(now: number): number {
    const since = this.#slices.find(({ startedAt }) => startedAt > now - 60_000);
    if (!since) return 0;
    return (this.times.busyMs - since.busyMs) / Math.max(sliceMs, now - since.startedAt);
  }
}
