import type { Settings } from '../../settings.ts';
import type { OpenTracing } from './otlp-tracing.ts';

/** Traces requests where the settings name a collector; what that takes is loaded only then. */
export async function openTracing(settings: Settings): Promise<OpenTracing | undefined> {
  if (settings.otlpEndpoint === '') return undefined;
  const { createOtlpTracing } = await import('./otlp-tracing.ts');
  return createOtlpTracing(settings);
}
