import type { Predictor } from '../../domains/serving/index.ts';
import { Reply, type Route } from '../../http/route.ts';
import { fail } from '../../kernel/errors.ts';
import { checkId } from '../../kernel/request-id.ts';
import { traced } from '../../kernel/trace.ts';
import { type Call, declareBoth, textOf } from './declare.ts';
import { decodeBody, encodeReply } from './encodings.ts';
import { readBareRequest, readRequest } from './read-request.ts';
import { writeReply } from './write-reply.ts';

/** Inference with JSON, binary and bare bodies, packed or not; other verbs are refused by name. */
export function inferRoutes(serving: Predictor, maxMessageBytes: number): Route[] {
  const declared = { path: '', permission: 'predict.invoke', maxBodyBytes: maxMessageBytes } as const;
  const wrong = (method: Route['method']) =>
    declareBoth({ ...declared, method, summary: 'Inference takes POST.', handle: refuseVerb }, '/infer');
  const unserved = ['/generate', '/generate_stream', '/infer_stream'].flatMap((rest) =>
    declareBoth({ ...declared, method: 'POST', summary: 'Not served.', handle: refuseText }, rest),
  );
  const handle = (call: Call) => infer(serving, call, maxMessageBytes);
  return [
    ...declareBoth({ ...declared, method: 'POST', summary: 'Inference.', handle }, '/infer'),
    ...(['GET', 'PUT', 'PATCH', 'DELETE'] as const).flatMap(wrong),
    ...unserved,
  ];
}

async function infer(serving: Predictor, call: Call, maxMessageBytes: number): Promise<Reply> {
  const { headers, input } = call;
  serving.checkRoom({ endpoint: input.model, protocol: 'oip-rest' });
  const encoding = headers['content-encoding'];
  const bytes = encoding ? await decodeBody(call.bytes, String(encoding), maxMessageBytes) : call.bytes;
  const headerLength = textOf(headers['inference-header-content-length']);
  const request =
    headerLength === '0'
      ? readBareRequest(bytes, serving.modelFace(input.model, input.version).inputs)
      : readRequest(bytes, headerLength);
  const { id = call.requestId, inputs, outputs, timeoutMs, priority } = request;
  const inferred = await serving.infer({
    endpoint: input.model,
    version: input.version,
    // An id that cannot name a prediction is still echoed; the log has one of its own.
    requestId: checkId(id, false),
    inputs,
    outputs: outputs?.map(({ name }) => name),
    timeoutMs,
    priority,
    variant: textOf(headers['x-tidemill-variant']),
    header: (name) => textOf(headers[name]),
    isGone: () => call.isGone,
    caller: call.actor.id,
    protocol: 'oip-rest',
    trace: call.trace,
  });
  const { model } = input;
  const reply = traced(call.trace, 'tidemill.write', () => writeReply(inferred, { ...request, model, id }));
  const accepted = headers['accept-encoding'];
  return accepted ? encodeReply(reply, String(accepted)) : reply;
}

function refuseVerb({ method }: Call): Reply {
  const error = `${method} is not allowed here; inference takes POST.`;
  return new Reply(JSON.stringify({ error }), 405, { 'content-type': 'application/json', allow: 'POST' });
}

function refuseText(): never {
  const cure = 'Use infer.';
  return fail('unsupported', `Endpoints answer with tensors, not with text or streams. ${cure}`, { cure });
}
