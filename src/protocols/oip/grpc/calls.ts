import { isIP } from 'node:net';
import { Metadata, type ServerUnaryCall, type StatusObject, type sendUnaryData } from '@grpc/grpc-js';
import type { Authenticator } from '../../../http/answer.ts';
import { isLoopback } from '../../../http/hosts.ts';
import { toOurError } from '../../../http/problem.ts';
import { type Actor, may } from '../../../kernel/actor.ts';
import { fail } from '../../../kernel/errors.ts';
import type { Tracing } from '../../../kernel/trace.ts';
import { toWireError } from '../errors.ts';
import { Unreadable } from './codec.ts';
import { beginTrace, endTrace, type TracedCall } from './trace-calls.ts';

/** What every call takes beside its service. */
export interface Calling {
  authenticator: Authenticator;
  /** Hears of faults of ours. */
  onFault(error: unknown, method: string): void;
  /** Requests that are being answered; kept by the server. */
  underWay?: { count: number };
  /** Where calls are traced, unless nobody wants it. */
  tracing?: Tracing | undefined;
  /** Hears of every finished call, for metrics. */
  onDone?: ((call: { method: string; code: number; seconds: number }) => void) | undefined;
}

/** What is known of a call of any form. */
export type AnyCall = Pick<ServerUnaryCall<unknown, unknown>, 'metadata' | 'getPeer' | 'getDeadline' | 'cancelled'> &
  TracedCall;

/** A method: what it needs to be allowed, and what it answers. */
export interface Method<Q> {
  permission: string;
  answer(request: Q, call: AnyCall, actor: Actor): unknown;
}

const anybody: Actor = { id: 'anonymous', kind: 'user', name: 'anonymous', permissions: [] };

/** The handler of a unary method: authorise, answer, word errors. */
export function handlerOf<Q>(calling: Calling, name: string, { permission, answer }: Method<Q>) {
  return async (call: ServerUnaryCall<Q, unknown> & TracedCall, callback: sendUnaryData<unknown>): Promise<void> => {
    const startedAt = performance.now();
    let code = 0;
    const { underWay } = calling;
    if (underWay) underWay.count++;
    if (calling.tracing && permission !== 'public') beginTrace(calling.tracing, call, name);
    try {
      const actor = await authorise(calling, call, permission);
      callback(null, await answer(readable(call.request), call, actor));
    } catch (error) {
      const status = toStatus(calling, error, name);
      code = status.code;
      callback(status);
    }
    if (underWay) underWay.count--;
    endTrace(call, code);
    calling.onDone?.({ method: name, code, seconds: (performance.now() - startedAt) / 1000 });
  };
}

/** A message that could be read. */
export function readable<Q>(request: Q): Q {
  if (!(request instanceof Unreadable)) return request;
  return fail('invalid_input', `The message cannot be read: ${request.reason}.`, { field: 'message' });
}

/** The actor of a call's `authorization` metadata, provided it holds the permission. */
export async function authorise({ authenticator }: Calling, call: AnyCall, permission: string): Promise<Actor> {
  if (permission === 'public') return anybody;
  const { metadata } = call;
  const client = hostOf(call.getPeer());
  // A proxy on this machine brings calls from elsewhere.
  const isDirect = metadata.get('x-forwarded-for').length + metadata.get('forwarded').length === 0;
  const actor = await authenticator.authenticate({
    authorization: metadata.get('authorization')[0]?.toString(),
    isLoopback: isDirect && isLoopback(client),
    client,
  });
  if (may(actor, permission)) return actor;
  return fail('forbidden', `${actor.name} does not hold the permission '${permission}'.`, { field: 'permission' });
}

/** The host of the last peer: calls of one connection come one after the other. */
let lastHost = { peer: '', host: '' };

function hostOf(peer: string): string {
  if (peer === lastHost.peer) return lastHost.host;
  const host = peer.slice(0, peer.lastIndexOf(':')).replace(/^\[|\]$/g, '');
  lastHost = { peer, host: isIP(host) ? host : peer };
  return lastHost.host;
}

/** Clients take headers of 8 KB in all. */
const longestMessage = 2000;

/** Whatever was thrown as a status of gRPC. */
export function toStatus(calling: Calling, thrown: unknown, method: string): Partial<StatusObject> & { code: number } {
  const error = toOurError(thrown);
  if (error.kind === 'internal') calling.onFault(thrown, method);
  const { code, message, retryAfterSeconds } = toWireError(error);
  const metadata = new Metadata();
  if (retryAfterSeconds !== undefined) metadata.set('grpc-retry-pushback-ms', String(retryAfterSeconds * 1000));
  return { code, details: message.slice(0, longestMessage).toWellFormed(), metadata };
}
