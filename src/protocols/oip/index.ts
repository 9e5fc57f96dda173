import type { Predictor } from '../../domains/serving/index.ts';
import type { GrpcOptions, GrpcServer } from './grpc/server.ts';

export type { GrpcOptions, GrpcServer } from './grpc/server.ts';
export { type OipOptions, oipRoutes } from './routes.ts';

/** Starts the protocol over gRPC; what that takes is loaded only now, so that servers without it stay small. */
export async function openGrpc(serving: Predictor, options: GrpcOptions): Promise<GrpcServer> {
  const { startGrpc } = await import('./grpc/server.ts');
  return startGrpc(serving, options);
}
