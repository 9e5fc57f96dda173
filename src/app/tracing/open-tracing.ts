import type { OpenTracing, TracingSettings } from './otlp-tracing.ts';

/** Traces requests where the settings name a collector; what that takes is loaded only then. */
export async function openTracing(settings: TracingSettings): Promise<OpenTracing | undefined> {
  if (settings.otlpEndpoint === '') return undefined;
  const { createOtlpTracing } = await import('./otlp-tracing.ts');
  return createOtlpTracing(settings);
}
