import { collectDefaultMetrics, Registry } from 'prom-client';
import { type CompatibleName, family, type MetricFamily } from '../domains/serving/index.ts';
import { type ExposedFamily, expositionTypes, formatFor, writeExposition } from './exposition.ts';
import type { Services } from './faces.ts';
import { type FinishedRequest, RequestTimes } from './request-times.ts';

export type { FinishedRequest } from './request-times.ts';

/** What is measured, for Prometheus. */
export interface Meters {
  /** Everything measured, in the text that the `Accept` header asks for. */
  read(accept: string | undefined): Promise<{ text: string; type: string }>;
  requestDone(request: FinishedRequest): void;
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

function readyFamily(isReady: boolean): MetricFamily {
  const made = family('gauge', 'tidemill_ready', 'Whether the server takes work; 0 while it stops.');
  return { ...made, values: [{ labels: {}, value: isReady ? 1 : 0 }] };
}

async function readerFamily(ledger: Services['ledger']): Promise<MetricFamily> {
  const made = family('gauge', 'tidemill_ledger_reader_behind', 'Events a reader of the ledger has yet to handle.');
  const readers = await ledger.readers();
  return { ...made, values: readers.map(({ name, behind }) => ({ labels: { reader: name }, value: behind })) };
}
