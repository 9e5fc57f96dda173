import { systemActor } from '../../../src/kernel/actor.ts';
import { oipRoutes, openGrpc } from '../../../src/protocols/oip/index.ts';
import { identityModel } from '../../support/identity-model.ts';
import { openServing } from '../../support/serving.ts';
import { logisticModel } from '../../support/test-models.ts';
import { createClients } from './clients.ts';
import { datatypes } from './datatypes.ts';

/** Numbers a row of every identity model. */
export const width = 2;

/** Sizes behind the rows of the models `same-<datatype>-<rank>`, by rank. */
export const tails: number[][] = [[], [3], [2, 1, 3]];

interface ConformanceOptions {
  /** Models of every rank too. */
  ranks?: boolean;
}

/** Serving with models for each datatype, over REST and gRPC, and clients of both. */
export async function openConformance({ ranks = false }: ConformanceOptions = {}) {
  const stack = await openServing();
  const add = async (name: string, bytes: Uint8Array) => {
    await stack.register(name, bytes, 'champion');
    await stack.serving.declare(systemActor, name, { model: name });
  };
  for (const { name } of datatypes) {
    await add(`same-${name}`, identityModel(name, width));
    const both: [string, string][] = [
      ['x', 'y'],
      ['w', 'z'],
    ];
    await add(`pair-${name}`, identityModel(name, width, both));
    for (const [rank, tail] of ranks ? tails.entries() : [])
      await add(`same-${name}-${rank}`, identityModel(name, tail));
  }
  await add('risk', logisticModel({ a: 1, b: -1, bias: 0 }));
  await add('brittle', logisticModel({ a: 1, b: 0, bias: 0, breaks: true }));
  const names = { name: 'tidemill', version: '1.2.3' };
  const server = await stack.listen({ routes: oipRoutes(stack.serving, names) });
  const faults: unknown[] = [];
  const grpc = await openGrpc(stack.serving, {
    ...names,
    host: '127.0.0.1',
    port: 0,
    authenticator: { authenticate: () => systemActor },
    onFault: (error) => faults.push(error),
  });
  const clients = createClients(server.url, grpc.address);
  return {
    ...clients,
    stack,
    url: server.url,
    address: grpc.address,
    faults,
    async close() {
      clients.close();
      await grpc.close();
      await stack.dispose();
    },
  };
}
