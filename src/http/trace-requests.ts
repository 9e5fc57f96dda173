import type { FastifyReply, FastifyRequest } from 'fastify';
import type { TraceSpan, Tracing } from '../kernel/trace.ts';
import type { Route } from './route.ts';

/** A request that may be traced. */
export type TracedRequest = FastifyRequest & { trace?: TraceSpan | undefined };

/** Begins a step of a trace with each request of a route and ends it when the answer has gone, or the client. */
export function createTraceHook(tracing: Tracing, route: Route) {
  const name = `${route.method} ${route.path}`;
  return (request: TracedRequest, reply: FastifyReply, done: () => void): void => {
    const { headers, method, protocol, hostname, ip, url } = request;
    const trace = tracing.serve(name, (header) => textOf(headers[header]), {
      'http.request.method': method,
      'http.route': route.path,
      'url.path': url.split('?')[0]!,
      'url.scheme': protocol,
      'server.address': hostname,
      'client.address': ip,
      'user_agent.original': headers['user-agent'] ?? '',
      'tidemill.request.id': request.id,
    });
    request.trace = trace;
    const { raw } = reply;
    raw.once('close', () => {
      if (!raw.writableFinished) return trace.end({ error: new ClientGone() });
      const { statusCode } = raw;
      trace.set({ 'http.response.status_code': statusCode });
      trace.end(statusCode >= 500 ? { error: new ServerFault(String(statusCode)) } : {});
    });
    done();
  };
}

/** A failure as traces name it: by the status. */
class ServerFault extends Error {
  constructor(status: string) {
    super(status);
    this.name = status;
  }
}

class ClientGone extends Error {
  override name = 'cancelled';
}

function textOf(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header.join(',') : header;
}
