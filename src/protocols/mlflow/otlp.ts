import { z } from 'zod';
import type { Traces } from '../../domains/traces/index.ts';
import { Reply, type RequestContext, type Route } from '../../http/route.ts';
import { fail, TidemillError } from '../../kernel/errors.ts';
import { statusOfCode, toReply, wireCodeOf } from './errors.ts';
import { readOtlpJson } from './otlp-json.ts';
import { readProtobuf, writeResponse, writeStatus } from './otlp-proto.ts';
import { inflateBody, maxSentBytes } from './otlp-request.ts';
import { reportsOf } from './otlp-spans.ts';

const types = { protobuf: 'application/x-protobuf', json: 'application/json' } as const;
type Encoding = keyof typeof types;

/** Where programs with OpenTelemetry send their spans: OTLP over HTTP, in protobuf or JSON. */
export function otlpRoutes({ traces }: { traces: Traces }): Route[] {
  return [
    {
      method: 'POST',
      path: '/v1/traces',
      permission: 'traces.write',
      summary: 'Takes spans from OpenTelemetry.',
      hidden: true,
      body: 'bytes',
      maxBodyBytes: maxSentBytes,
      input: z.looseObject({}),
      errors: toReply,
      handle: (call: RequestContext) => answer(traces, call),
    },
  ];
}

/** Errors are a `google.rpc.Status` in the encoding of the request. */
async function answer(traces: Traces, call: RequestContext): Promise<Reply> {
  const type = text(call, 'content-type').split(';')[0]!.trim().toLowerCase();
  const encoding: Encoding = type === types.json ? 'json' : 'protobuf';
  try {
    if (type !== types[encoding]) {
      const expected = `Expected: ${types.protobuf} or ${types.json}`;
      fail('invalid_input', `Invalid Content-Type: ${type.slice(0, 100)}. ${expected}`, { field: 'content-type' });
    }
    return await takeSpans(traces, call, encoding);
  } catch (error) {
    if (error instanceof TidemillError && error.kind !== 'internal') return status(error, encoding);
    throw error;
  }
}

async function takeSpans(traces: Traces, call: RequestContext, encoding: Encoding): Promise<Reply> {
  const bytes = await inflateBody(call.bytes, text(call, 'content-encoding'));
  const { reports, roots, rejected } = reportsOf(encoding === 'json' ? readOtlpJson(bytes) : readProtobuf(bytes));
  const experiment = text(call, 'x-mlflow-experiment-id') || '0';
  if (reports.length > 0) await traces.record({ experiment }, reports);
  const runId = text(call, 'x-mlflow-run-id');
  if (runId !== '' && roots.length > 0) await traces.linkToRun(runId, roots);
  const partial = rejected && {
    partialSuccess: { rejectedSpans: String(rejected.spans), errorMessage: rejected.message },
  };
  const body = encoding === 'json' ? JSON.stringify(partial ?? {}) : writeResponse(rejected);
  return new Reply(body, 200, { 'content-type': types[encoding] });
}

function text({ headers }: RequestContext, name: string): string {
  const value = headers[name];
  return typeof value === 'string' ? value : '';
}

/** The codes of gRPC for what can go wrong here. */
const grpcCodes: Record<number, number> = {
  400: 3,
  401: 16,
  403: 7,
  404: 5,
  409: 10,
  413: 3,
  429: 8,
  501: 12,
  503: 14,
  504: 4,
};

function status(error: TidemillError, encoding: Encoding): Reply {
  const http = error.kind === 'too_large' ? 413 : statusOfCode[wireCodeOf(error)];
  const content = { code: grpcCodes[http] ?? 2, message: error.message };
  const body = encoding === 'json' ? JSON.stringify(content) : writeStatus(content);
  const headers: Record<string, string> = { 'content-type': types[encoding] };
  // Exporters try again on these alone.
  if (http === 429 || http === 503) headers['retry-after'] = '1';
  return new Reply(body, http, headers);
}
