import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { loadSync } from '@grpc/proto-loader';
import { type ChildServer, cpuSeconds } from './child-server.ts';

const run = promisify(execFile);
const features = 30;

/** A body that is sent over and over. */
export interface Work {
  kind: 'rest' | 'grpc';
  body: Buffer;
  headerBytes?: number;
  contentType?: string;
}

/** What a load generator saw. */
export interface Load {
  requests: number;
  perSecond: number;
  p50Ms: number;
  p99Ms: number;
  errors: number;
}

/** How a load is made: as fast as answers come, or at a rate. */
export interface LoadOptions {
  seconds: number;
  callers?: number;
  /** Requests a second, sent when they are due; as many as are answered unless said. */
  rate?: number;
}

/** The answers of a server and what they cost it. */
export interface Measured extends Load {
  /** CPU time of the server a request, all its threads. */
  cpuMicros: number;
}

/** The same numbers for every server. */
export function values(rows: number): number[] {
  return Array.from({ length: rows * features }, (_, at) => Number(((at * 0.618034) % 1).toFixed(6)));
}

/** The Open Inference Protocol's JSON. */
export function jsonWork(rows: number): Work {
  const input = { name: 'X', datatype: 'FP32', shape: [rows, features], data: values(rows) };
  return { kind: 'rest', body: Buffer.from(JSON.stringify({ inputs: [input] })) };
}

/** The same with raw tensors both ways. */
export function binaryWork(rows: number): Work {
  const bytes = rawOf(rows);
  const parameters = { binary_data_size: bytes.length };
  const input = { name: 'X', datatype: 'FP32', shape: [rows, features], parameters };
  const head = Buffer.from(JSON.stringify({ inputs: [input], parameters: { binary_data_output: true } }));
  return { kind: 'rest', body: Buffer.concat([head, bytes]), headerBytes: head.length };
}

/** The same over gRPC, raw. */
export function grpcWork(rows: number): Work {
  const proto = join(import.meta.dirname, '..', 'src', 'protocols', 'oip', 'grpc', 'open-inference.proto');
  const service = loadSync(proto, { keepCase: true })['inference.GRPCInferenceService'] as unknown as {
    ModelInfer: { requestSerialize(message: object): Buffer };
  };
  const inputs = [{ name: 'X', datatype: 'FP32', shape: [rows, features] }];
  const message = { model_name: 'forest', inputs, raw_input_contents: [rawOf(rows)] };
  return { kind: 'grpc', body: service.ModelInfer.requestSerialize(message) };
}

function rawOf(rows: number): Buffer {
  return Buffer.from(Float32Array.from(values(rows)).buffer);
}

/** Warms a server up, then measures it. */
export async function measure(
  { child }: ChildServer,
  target: string,
  work: Work,
  options: LoadOptions,
): Promise<Measured> {
  await load(target, work, { ...options, seconds: Math.ceil(options.seconds / 3) });
  const before = cpuSeconds(child.pid!);
  const seen = await load(target, work, options);
  return { ...seen, cpuMicros: ((cpuSeconds(child.pid!) - before) * 1e6) / seen.requests };
}

/** wrk where it is installed and fits the work, else a Node process. */
export async function load(target: string, work: Work, options: LoadOptions): Promise<Load> {
  if (work.kind === 'rest' && options.rate === undefined) {
    try {
      return await loadWithWrk(target, work, options);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
  }
  const { body, ...rest } = work;
  const order = { url: target, ...rest, callers: 32, ...options, body: body.toString('base64') };
  const { stdout } = await run(process.execPath, [join(import.meta.dirname, 'serving-load.ts'), JSON.stringify(order)]);
  return JSON.parse(stdout) as Load;
}

async function loadWithWrk(target: string, work: Work, { seconds, callers = 32 }: LoadOptions): Promise<Load> {
  const { body, headerBytes, contentType = 'application/json' } = work;
  const folder = await mkdtemp(join(tmpdir(), 'tidemill-bench-'));
  try {
    const script = join(folder, 'post.lua');
    const length = headerBytes ? `wrk.headers["Inference-Header-Content-Length"] = "${headerBytes}"\n` : '';
    const bytes = Array.from(body, (byte) => `\\${String(byte).padStart(3, '0')}`).join('');
    const head = `wrk.method = "POST"\nwrk.headers["Content-Type"] = "${contentType}"\n${length}`;
    await writeFile(script, `${head}wrk.body = "${bytes}"\n${wrkReport}`);
    const { stdout } = await run('wrk', ['-t1', `-c${callers}`, `-d${seconds}s`, '-s', script, target]);
    const told = /TOLD (.*)$/m.exec(stdout);
    if (!told) throw new Error(`wrk told nothing: ${stdout}`);
    return JSON.parse(told[1]!) as Load;
  } finally {
    await rm(folder, { recursive: true });
  }
}

const wrkReport = `done = function(summary, latency)
  local e = summary.errors
  local errors = e.connect + e.read + e.write + e.status + e.timeout
  io.write(string.format('TOLD {"requests":%d,"perSecond":%f,"p50Ms":%f,"p99Ms":%f,"errors":%d}\\n',
    summary.requests, summary.requests / summary.duration * 1e6,
    latency:percentile(50) / 1000, latency:percentile(99) / 1000, errors))
end
`;
