import { Agent, createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { Server, ServerCredentials, type ServiceDefinition } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { forestModel } from '../test/support/test-models.ts';

// The least that a server does, as the baseline. `model`: node:http that reads JSON, runs the model once a request and writes
// JSON, and grpc-js that reads and writes the same messages without a model. `proxy <url>`: node:http that passes bytes on.

type Handler = (body: Buffer, response: ServerResponse) => void;

function listen(handle: Handler): Promise<string> {
  const server = createServer((request: IncomingMessage, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => handle(Buffer.concat(parts), response));
  });
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve(`http://127.0.0.1:${(server.address() as { port: number }).port}`));
  });
}

function answer(response: ServerResponse, body: string | Buffer): void {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) });
  response.end(body);
}

async function openModel(): Promise<string> {
  const session = await InferenceSession.create(forestModel(), { intraOpNumThreads: 1, interOpNumThreads: 1 });
  return listen(async (body, response) => {
    const { inputs } = JSON.parse(body.toString('utf8')) as { inputs: { shape: number[]; data: number[] }[] };
    const { shape, data } = inputs[0]!;
    const results = await session.run({ X: new Tensor('float32', Float32Array.from(data), shape) });
    const outputs = Object.entries(results).map(([name, { dims, data: values }]) => {
      return { name, shape: dims, data: Array.from(values as Float32Array, Number) };
    });
    answer(response, JSON.stringify({ model_name: 'forest', outputs }));
  });
}

function openGrpc(): Promise<string> {
  const proto = join(import.meta.dirname, '..', 'src', 'protocols', 'oip', 'grpc', 'open-inference.proto');
  const service = loadSync(proto, { keepCase: true })['inference.GRPCInferenceService'] as unknown as ServiceDefinition;
  const server = new Server();
  const outputs = [{ name: 'y', datatype: 'FP32', shape: [1] }];
  const reply = { model_name: 'forest', outputs, raw_output_contents: [Buffer.alloc(4)] };
  server.addService(service, {
    ModelInfer: (_call: unknown, done: (error: null, reply: object) => void) => done(null, reply),
  });
  return new Promise((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, port) => {
      if (error) reject(error);
      else resolve(`127.0.0.1:${port}`);
    });
  });
}

function openProxy(url: string): Promise<string> {
  const agent = new Agent({ keepAlive: true });
  return listen((body, response) => {
    const headers = { 'content-type': 'application/json', 'content-length': body.length };
    const sent = httpRequest(`${url}/infer`, { method: 'POST', agent, headers }, (far) => {
      const parts: Buffer[] = [];
      far.on('data', (part: Buffer) => parts.push(part));
      far.on('end', () => answer(response, Buffer.concat(parts)));
    });
    sent.end(body);
  });
}

process.on('SIGTERM', () => process.exit(0));
const [kind, url] = process.argv.slice(2);
const words = kind === 'proxy' ? [await openProxy(url!)] : [await openModel(), await openGrpc()];
process.stdout.write(`ready ${words.join(' ')}\n`);
