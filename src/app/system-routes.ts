import { z } from 'zod';
import { writeOpenApi } from '../http/openapi.ts';
import { Reply, type Route, route } from '../http/route.ts';
import { documentSpecs } from './kinds.ts';

/** What the system's own routes tell of. */
export interface SystemFacts {
  version: string;
  /** The version that MLflow clients are told. */
  mlflowVersion: string;
  /** The endpoint that scoring routes without a name are for; empty for none. */
  defaultEndpoint: string;
  /** What the server is called in the Open Inference Protocol, and its largest message. */
  inference: { name: string; maxMessageBytes: number };
  /** Prefixes of outside locations that MLflow clients may register versions from. */
  mlflowModelSources: readonly string[];
  /** Whether the server takes work: false while it is stopping. */
  isReady(): boolean;
  /** Everything measured, in the text that the `Accept` header asks for. */
  metrics(accept: string | undefined): Promise<{ text: string; type: string }>;
  /** The routes that the OpenAPI document describes. */
  documented(): readonly Route[];
}

/** Health, readiness, metrics and the OpenAPI document. */
export function systemRoutes(facts: SystemFacts): Route[] {
  const shared = { method: 'GET', input: z.object({}) } as const;
  // Written when it is first asked for: it takes a tenth of a second, and never changes.
  let openApi: ReturnType<typeof writeOpenApi> | undefined;
  const health = z.object({ status: z.enum(['ok', 'stopping']), version: z.string() }).meta({ id: 'Health' });
  return [
    route({
      ...shared,
      path: '/api/v1/health',
      permission: 'public',
      summary: 'Whether the server is alive and takes work.',
      output: health,
      handle: () => {
        const status = facts.isReady() ? 'ok' : 'stopping';
        const body = JSON.stringify({ status, version: facts.version });
        return new Reply(body, facts.isReady() ? 200 : 503, { 'content-type': 'application/json' });
      },
    }),
    route({
      ...shared,
      path: '/api/v1/openapi.json',
      permission: 'public',
      summary: 'This document.',
      output: z.record(z.string(), z.unknown()),
      handle: () => {
        openApi ??= writeOpenApi(facts.documented(), facts.version, documentSpecs);
        return openApi;
      },
    }),
    route({
      ...shared,
      path: '/metrics',
      permission: 'metrics.read',
      summary: 'Everything measured, for Prometheus.',
      hidden: true,
      handle: async ({ headers }) => {
        const { text, type } = await facts.metrics([headers['accept']].flat().join(','));
        return new Reply(text, 200, { 'content-type': type, vary: 'accept' });
      },
    }),
  ];
}
