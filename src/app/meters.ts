import { collectDefaultMetrics, Registry } from 'prom-client';
import { addHistogram, type CompatibleName, family, Histogram, type MetricFamily } from '../domains/serving/index.ts';
import { type ExposedFamily, expositionTypes, formatFor, writeExposition } from './exposition.ts';
import type { Services } from './faces.ts';

/** What is measured, for Prometheus. */
export interface Meters {
  /** Everything measured, in the text that the `Accept` header asks for. */
  read(accept: string | undefined): Promise<{ text: string; type: string }>;
  requestDone(request: FinishedRequest): void;
}

/** A request that was answered, of any protocol. */
export interface FinishedRequest {
  method: string;
  route: string;
  status: number;
  seconds: number;
}

/** What meters tell beside what is measured. */
export interface MeterOptions {
  /** Other servers whose names serving's figures have as well. */
  compatible: readonly CompatibleName[];
  isReady(): boolean;
}

/** Measures the process, requests, the ledger's readers and what serving counts. */
export function createMeters(services: Pick<Services, 'serving' | 'ledger'>, options: MeterOptions): Meters {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, prefix: 'tidemill_' });
  const requests = new RequestTimes();
  return {
    async read(accept) {
      const format = formatFor(accept);
      const families: ExposedFamily[] = [
        ...((await registry.getMetricsAsJSON()) as unknown as ExposedFamily[]),
        readyFamily(options.isReady()),
        requests.family(),
        await readerFamily(services.ledger),
        ...(await services.serving.metrics(options.compatible)),
      ];
      return { text: writeExposition(families, format), type: expositionTypes[format] };
    },
    requestDone: (request) => requests.add(request),
  };
}

/** Times of requests by route, method and status; there are as many as routes that were asked, and unknown paths are one. */
class RequestTimes {
  readonly #routes = new Map<string, Map<string, Map<number, Histogram>>>();

  add({ method, route, status, seconds }: FinishedRequest): void {
    let times = this.#routes.get(route)?.get(method)?.get(status);
    times ??= this.#begin(route, method, status);
    times.add(seconds);
  }

  #begin(route: string, method: string, status: number): Histogram {
    const times = new Histogram();
    const methods = this.#routes.get(route) ?? new Map<string, Map<number, Histogram>>();
    const statuses = methods.get(method) ?? new Map<number, Histogram>();
    this.#routes.set(route, methods.set(method, statuses.set(status, times)));
    return times;
  }

  family(): MetricFamily {
    const made = family('histogram', 'tidemill_http_request_duration_seconds', 'Time from a request to its answer.');
    for (const [route, methods] of this.#routes) {
      for (const [method, statuses] of methods) {
        for (const [status, times] of statuses) addHistogram(made, { method, route, status }, times);
      }
    }
    return made;
  }
}

function readyFamily(isReady: boolean): MetricFamily {
  const made = family('gauge', 'tidemill_ready', 'Whether the server takes work; 0 while it stops.');
  return { ...made, values: [{ labels: {}, value: isReady ? 1 : 0 }] };
}

async function readerFamily(ledger: Services['ledger']): Promise<MetricFamily> {
  const made = family('gauge', 'tidemill_ledger_reader_behind', 'Events a reader of the ledger has yet to handle.');
  const readers = await ledger.readers();
  return { ...made, values: readers.map(({ name, behind }) => ({ labels: { reader: name }, value: behind })) };
}
