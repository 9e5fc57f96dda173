import { ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import type { Tracing } from '../../kernel/trace.ts';
import type { Settings } from '../../settings.ts';
import { version } from '../version.ts';
import { type SamplerSettings, samplerOf } from './samplers.ts';
import { readTraceContext } from './trace-context.ts';
import { OpenSpan } from './trace-span.ts';

/** The settings of tracing. */
export type TracingSettings = SamplerSettings &
  Pick<Settings, 'otlpEndpoint' | 'otlpHeaders' | 'serviceName' | 'resourceAttributes'>;

/** Tracing that is under way. */
export interface OpenTracing extends Tracing {
  /** Sends what is left, for five seconds at the most. */
  close(): Promise<void>;
}

const tracesPath = '/v1/traces';
const mostQueued = 4096;
const exportMs = 5000;

/** Sends traces in batches over OTLP/HTTP; what the collector does not take is dropped, requests never wait for it. */
export function createOtlpTracing(settings: TracingSettings): OpenTracing {
  const base = settings.otlpEndpoint.replace(/\/+$/, '');
  const exporter = new OTLPTraceExporter({
    url: base.endsWith(tracesPath) ? base : base + tracesPath,
    headers: pairsOf(settings.otlpHeaders),
    timeoutMillis: exportMs,
  });
  const processor = new BatchSpanProcessor({
    exporter,
    maxQueueSize: mostQueued,
    maxExportBatchSize: 512,
    scheduledDelayMillis: 1000,
    exportTimeoutMillis: exportMs,
  });
  const attributes = { 'service.name': settings.serviceName, 'service.version': version };
  const provider = new TracerProvider({
    sampler: samplerOf(settings),
    resource: resourceFromAttributes({ ...attributes, ...pairsOf(settings.resourceAttributes) }),
    spanProcessors: [processor],
  });
  const tracer = provider.getTracer('tidemill', version);
  return {
    serve(name, header, serverAttributes) {
      const caller = readTraceContext(header('traceparent'), header('tracestate'));
      const parent = caller ? trace.setSpanContext(ROOT_CONTEXT, caller) : ROOT_CONTEXT;
      return OpenSpan.begin(tracer, parent, { name, kind: 'server', attributes: serverAttributes });
    },
    // A collector that is not there takes nobody's shutdown away.
    close: () => provider.shutdown().catch(() => {}),
  };
}

/** `a=1,b=2` with values as in URLs. */
function pairsOf(text: string): Record<string, string> {
  const pairs = text.split(',').flatMap((pair) => {
    const at = pair.indexOf('=');
    return at > 0 ? [[pair.slice(0, at).trim(), decode(pair.slice(at + 1).trim())] as const] : [];
  });
  return Object.fromEntries(pairs);
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
