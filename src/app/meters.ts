import { collectDefaultMetrics, Gauge, Histogram, type Registry } from 'prom-client';
import type { Services } from './faces.ts';

/** What is measured, for Prometheus. */
export interface Meters {
  text(): Promise<string>;
  requestDone(request: { method: string; route: string; status: number; seconds: number }): void;
}

/** Registers the process' own figures, requests, ledger readers and what serving counts. */
export function createMeters(registry: Registry, services: Services): Meters {
  collectDefaultMetrics({ register: registry, prefix: 'tidemill_' });
  const seconds = new Histogram({
    name: 'tidemill_http_request_duration_seconds',
    help: 'Time from a request to its answer.',
    labelNames: ['method', 'route', 'status'] as const,
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers: [registry],
  });
  new Gauge({
    name: 'tidemill_ledger_reader_behind',
    help: 'Events a reader of the ledger has yet to handle.',
    labelNames: ['reader'] as const,
    registers: [registry],
    async collect() {
      for (const { name, behind } of await services.ledger.readers()) this.set({ reader: name }, behind);
    },
  });
  return {
    async text() {
      const served = await services.serving.metrics();
      return `${await registry.metrics()}\n${served.map(familyText).join('\n')}\n`;
    },
    requestDone: ({ method, route, status, seconds: taken }) => seconds.observe({ method, route, status }, taken),
  };
}

type Family = Awaited<ReturnType<Services['serving']['metrics']>>[number];

/** A family in Prometheus' text format. */
export function familyText({ name, help, type, values }: Family): string {
  const lines = values.map(({ metricName, labels, value }) => `${metricName ?? name}{${labelText(labels)}} ${value}`);
  return [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`, ...lines].join('\n');
}

function labelText(labels: Record<string, string | number>): string {
  return Object.entries(labels)
    .map(
      ([key, value]) =>
        `${key}="${String(value).replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`,
    )
    .join(',');
}
