import type { Authenticator } from '../http/answer.ts';
import type { Tracing } from '../kernel/trace.ts';
import { type GrpcServer, openGrpc } from '../protocols/oip/index.ts';
import type { Services } from './faces.ts';
import type { Foundations } from './foundations.ts';
import { createFaultLog } from './log-faults.ts';
import type { Meters } from './meters.ts';
import { version } from './version.ts';

interface GrpcParts {
  services: Services;
  authenticator: Authenticator;
  meters: Meters;
  tracing: Tracing | undefined;
}

/** Starts gRPC where a port is set for it. */
export async function listenGrpc(base: Foundations, parts: GrpcParts): Promise<GrpcServer | undefined> {
  const { settings, log } = base;
  if (settings.grpcPort === 0) return undefined;
  const logFault = createFaultLog(log);
  return openGrpc(parts.services.serving, {
    name: settings.inferenceName,
    version,
    host: settings.host,
    port: settings.grpcPort,
    maxMessageBytes: settings.maxInferenceBytes,
    authenticator: parts.authenticator,
    tracing: parts.tracing,
    onFault: (error, method) => logFault(error, { method }),
    onDone: ({ method, code, seconds }) =>
      parts.meters.requestDone({ method: 'GRPC', route: method, status: code, seconds }),
  });
}
