import type { TraceSpan } from '../../../kernel/trace.ts';
import type { Upstream, UpstreamAnswer, UpstreamRequest } from './remote-http.ts';

/** Asks another server as a step of a trace, where there is one, which goes on there. */
export async function askTraced(
  upstream: Pick<Upstream, 'ask'>,
  trace: TraceSpan | undefined,
  request: UpstreamRequest,
): Promise<UpstreamAnswer> {
  if (!trace) return upstream.ask(request);
  const { method, url } = request;
  const attributes = {
    'http.request.method': method,
    'server.address': url.hostname,
    'server.port': Number(url.port || (url.protocol === 'https:' ? 443 : 80)),
    'url.full': `${url.origin}${url.pathname}`,
  };
  const span = trace.child(method, { kind: 'client', attributes });
  try {
    const answer = await upstream.ask({ ...request, headers: { ...request.headers, ...span.headers() } });
    span.set({ 'http.response.status_code': answer.status });
    span.end(answer.status >= 400 ? { error: Object.assign(new Error(), { name: String(answer.status) }) } : {});
    return answer;
  } catch (error) {
    span.end({ error });
    throw error;
  }
}
