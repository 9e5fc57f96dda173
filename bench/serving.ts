import { execFile, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { credentials, makeGenericClientConstructor } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import type { BenchResult } from './result.ts';

const run = promisify(execFile);
const features = 30;
const callers = 32;

interface Measured {
  requests: number;
  perSecond: number;
  p50Ms: number;
  p99Ms: number;
  errors: number;
  /** CPU time of the server a request, all its threads. */
  cpuMicros: number;
}

interface Work {
  kind: 'rest' | 'grpc';
  body: Buffer;
  headerBytes?: number;
}

/** The Open Inference Protocol over a forest of 100 trees, everything logged: JSON, binary and gRPC. */
export default async function serving(): Promise<BenchResult> {
  const json = await measure(jsonWork(1));
  const grpc = await measure(grpcWork(1));
  const binary = await measure(binaryWork(64));
  const unlogged = await measure(binaryWork(64), 'unlogged');
  const rows = binary.perSecond * 64;
  return {
    name: 'serving',
    figures: [
      { label: 'REST JSON 1x30: requests a second', value: json.perSecond, unit: 'req/s', goal: '>= 12000 req/s' },
      { label: 'REST JSON 1x30: CPU a request', value: json.cpuMicros, unit: 'µs', goal: '<= 50 µs' },
      { label: 'REST JSON 1x30: p99 of 32 connections', value: json.p99Ms, unit: 'ms', goal: '<= 10 ms' },
      { label: 'gRPC raw 1x30: requests a second', value: grpc.perSecond, unit: 'req/s', goal: '>= 10000 req/s' },
      { label: 'gRPC raw 1x30: CPU a request', value: grpc.cpuMicros, unit: 'µs' },
      { label: 'binary 64x30: rows a second', value: rows, unit: 'rows/s', goal: '>= 250000 rows/s' },
      { label: 'binary 64x30: CPU a row', value: binary.cpuMicros / 64, unit: 'µs' },
      { label: 'binary 64x30, nothing logged: rows a second', value: unlogged.perSecond * 64, unit: 'rows/s' },
      { label: 'binary 64x30, nothing logged: CPU a row', value: unlogged.cpuMicros / 64, unit: 'µs' },
      { label: 'requests that failed', value: json.errors + grpc.errors + binary.errors, unit: '' },
    ],
  };
}

function values(rows: number): number[] {
  return Array.from({ length: rows * features }, (_, at) => Number(((at * 0.618034) % 1).toFixed(6)));
}

function jsonWork(rows: number): Work {
  const input = { name: 'X', datatype: 'FP32', shape: [rows, features], data: values(rows) };
  return { kind: 'rest', body: Buffer.from(JSON.stringify({ inputs: [input] })) };
}

function binaryWork(rows: number): Work {
  const bytes = rawOf(rows);
  const parameters = { binary_data_size: bytes.length };
  const input = { name: 'X', datatype: 'FP32', shape: [rows, features], parameters };
  const head = Buffer.from(JSON.stringify({ inputs: [input], parameters: { binary_data_output: true } }));
  return { kind: 'rest', body: Buffer.concat([head, bytes]), headerBytes: head.length };
}

function rawOf(rows: number): Buffer {
  return Buffer.from(Float32Array.from(values(rows)).buffer);
}

function grpcWork(rows: number): Work {
  const proto = join(import.meta.dirname, '..', 'src', 'protocols', 'oip', 'grpc', 'open-inference.proto');
  const service = loadSync(proto, { keepCase: true })['inference.GRPCInferenceService'] as never;
  const client = new (makeGenericClientConstructor(service, ''))('127.0.0.1:1', credentials.createInsecure());
  const { requestSerialize } = (client as never as { ModelInfer: { requestSerialize(message: object): Buffer } })
    .ModelInfer;
  client.close();
  const inputs = [{ name: 'X', datatype: 'FP32', shape: [rows, features] }];
  return { kind: 'grpc', body: requestSerialize({ model_name: 'forest', inputs, raw_input_contents: [rawOf(rows)] }) };
}

async function measure(work: Work, log = 'logged'): Promise<Measured> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'serving-server.ts'), log], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    const [url, address] = await new Promise<string[]>((resolve, reject) => {
      let text = '';
      child.stdout.on('data', (part: Buffer) => {
        text += part;
        const ready = /^ready (\S+) (\S+)$/m.exec(text);
        if (ready) resolve(ready.slice(1));
      });
      child.once('exit', (code) => reject(new Error(`The server ended with ${code}.`)));
    });
    const target = work.kind === 'grpc' ? `http://${address}` : `${url}/v2/models/forest/infer`;
    await load(target, work, 3);
    const before = cpuSeconds(child.pid!);
    const seen = await load(target, work, 8);
    return { ...seen, cpuMicros: ((cpuSeconds(child.pid!) - before) * 1e6) / seen.requests };
  } finally {
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    await ended;
  }
}

type Load = Omit<Measured, 'cpuMicros'>;

/** wrk for REST where it is installed, else a Node process. */
async function load(target: string, work: Work, seconds: number): Promise<Load> {
  const { kind, body, headerBytes } = work;
  if (kind === 'rest') {
    try {
      return await loadWithWrk(target, work, seconds);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
  }
  const script = join(import.meta.dirname, 'serving-load.ts');
  const words = [target, seconds, callers, kind, body.toString('base64'), headerBytes ?? ''].map(String);
  const { stdout } = await run(process.execPath, [script, ...words]);
  return JSON.parse(stdout) as Load;
}

async function loadWithWrk(target: string, { body, headerBytes }: Work, seconds: number): Promise<Load> {
  const folder = await mkdtemp(join(tmpdir(), 'tidemill-bench-'));
  try {
    const script = join(folder, 'post.lua');
    const headers = headerBytes ? `wrk.headers["Inference-Header-Content-Length"] = "${headerBytes}"\n` : '';
    const bytes = Array.from(body, (byte) => `\\${String(byte).padStart(3, '0')}`).join('');
    await writeFile(script, `wrk.method = "POST"\nwrk.body = "${bytes}"\n${headers}${wrkReport}`);
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

const ticksPerSecond = 100;

/** User and system time of a process with all its threads, from /proc. */
function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
}

if (import.meta.main) process.stdout.write(`${JSON.stringify(await serving(), null, 2)}\n`);
