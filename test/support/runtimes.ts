import { fileURLToPath } from 'node:url';
import { type ServingOptions, servingRoutes } from '../../src/domains/serving/index.ts';
import type { RuntimeUnderTest } from '../../src/domains/serving/runtime/runtime.contract.ts';
import { systemActor } from '../../src/kernel/actor.ts';
import { oipRoutes } from '../../src/protocols/oip/index.ts';
import { scoringRoutes } from '../../src/protocols/scoring/index.ts';
import { openServing, type ServingStack } from './serving.ts';
import { logisticModel } from './test-models.ts';

const script = fileURLToPath(new URL('./model-process.ts', import.meta.url));
/** The command that serves a version of `weights.json`. */
export const processCommand = [process.execPath, '--no-warnings', script, '{model}', '{port}'];
const timing = { startLookMs: 20, lookMs: 100, firstBackoffMs: 20, longestBackoffMs: 200 };
const signature = {
  inputs: ['a', 'b'].map((name) => ({ name, type: 'float64', shape: [null] })),
  outputs: [],
};

/** Every route that answers predictions. */
export function answeringRoutes(stack: ServingStack, defaultEndpoint = '') {
  const { serving } = stack;
  const scoring = scoringRoutes(serving, { defaultEndpoint, mlflowVersion: '3.0.0' });
  return [...servingRoutes(serving), ...oipRoutes(serving, { version: '0' } as never), ...scoring];
}

/** A stack that may start processes. */
export function openWithProcesses(more: ServingOptions['runtimes'] = {}): Promise<ServingStack> {
  const environment = { PATH: process.env['PATH'], AWS_SECRET_ACCESS_KEY: 'not for models' };
  return openServing({ runtimes: { allowProcesses: true, allowPrivateAddresses: true, environment, timing, ...more } });
}

/** Registers a folder of weights as the next version of a model. */
export async function registerWeights(
  { registry, blobs }: ServingStack,
  { model, weights, alias }: { model: string; weights: { a: number; b: number }; alias?: string | undefined },
): Promise<number> {
  const { digest, bytes } = await blobs.put(Buffer.from(JSON.stringify(weights)));
  const files = [{ path: 'weights.json', digest, bytes }];
  const { number } = await registry.versions.registerFolder(systemActor, { model, format: 'mlflow', files, signature });
  if (alias) await registry.promotions.setAlias(systemActor, { model, alias, version: number });
  return number;
}

/** The runtime `onnx`. */
export async function oneOnnx(): Promise<RuntimeUnderTest> {
  const stack = await openServing();
  const server = await stack.listen({ routes: answeringRoutes(stack) });
  return {
    stack,
    server,
    runtime: { kind: 'onnx' },
    register: (model, { a, b }, alias) => stack.register(model, logisticModel({ a, b, bias: 0, breaks: true }), alias),
    failsOn: 150,
  };
}

/** The runtime `process`, with a small scoring server as its command. */
export async function oneProcess(): Promise<RuntimeUnderTest> {
  const stack = await openWithProcesses();
  const server = await stack.listen({ routes: answeringRoutes(stack) });
  const runtime = { kind: 'process', command: processCommand };
  return {
    stack,
    server,
    runtime,
    register: (model, weights, alias) => registerWeights(stack, { model, weights, alias }),
    failsOn: 13,
    stallsOn: 666,
  };
}

const remotePaths = { oip: '/v2/models/', v1: '/v1/models/', mlflow: '/endpoints/' } as const;

/** The runtime `remote`, with a second server of ours behind it. */
export async function oneRemote(protocol: keyof typeof remotePaths): Promise<RuntimeUnderTest> {
  const far = await openServing();
  const farServer = await far.listen({ routes: answeringRoutes(far) });
  const stack = await openServing({ runtimes: { allowPrivateAddresses: true } });
  const server = await stack.listen({ routes: answeringRoutes(stack) });
  const runtime = { kind: 'remote', protocol, url: `${farServer.url}${remotePaths[protocol]}far-{version}` };
  return {
    stack,
    server,
    runtime,
    async register(model, { a, b }, alias) {
      const bytes = logisticModel({ a, b, bias: 0, breaks: true });
      const before = await stack.registry.versions.list({ model, limit: 100 });
      const number = before.items.length + 1;
      await far.register(`far-${number}`, bytes, 'champion');
      await far.serving.declare(systemActor, `far-${number}`, { model: `far-${number}` });
      return stack.register(model, bytes, alias);
    },
    failsOn: 150,
    close: () => far.dispose(),
  };
}
