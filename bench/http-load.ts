import { connect, type Socket } from 'node:net';

// Sends requests over and over on some connections, as fast as answers come; prints what it saw as JSON.
// Arguments: url, method, connections, seconds, body. `{n}` in a body becomes 1, 2, 3 …, `{list:text:count}` a list.

const [address, method, connections, seconds, given] = process.argv.slice(2) as string[];
const url = new URL(address!);
const latencies: number[] = [];
const statuses: Record<string, number> = {};
let sent = 0;
const body = given!.replace(/\{list:(.*):(\d+)\}/s, (_all, item: string, count: string) =>
  Array.from({ length: Number(count) }, (_, i) => item.replaceAll('{i}', String(i))).join(','),
);
const parts = body.split('{n}');

function request(): Buffer {
  const text = parts.join(String(++sent));
  const length = Buffer.byteLength(text);
  const head = `${method} ${url.pathname}${url.search} HTTP/1.1\r\nhost: ${url.host}\r\ncontent-type: application/json\r\n`;
  return Buffer.from(`${head}content-length: ${length}\r\n\r\n${text}`);
}

const startedAt = performance.now();
const endsAt = startedAt + Number(seconds) * 1000;

function drive(socket: Socket, done: () => void): void {
  let began = 0;
  let wanted = -1;
  let got = 0;
  let head = '';
  const send = () => {
    began = performance.now();
    wanted = -1;
    got = 0;
    head = '';
    socket.write(request());
  };
  socket.on('data', (chunk: Buffer) => {
    if (wanted < 0) {
      head += chunk.toString('latin1');
      const end = head.indexOf('\r\n\r\n');
      if (end < 0) return;
      wanted = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0);
      got = head.length - end - 4;
    } else got += chunk.length;
    if (got < wanted) return;
    const now = performance.now();
    latencies.push(now - began);
    const status = head.slice(9, 12);
    statuses[status] = (statuses[status] ?? 0) + 1;
    if (now < endsAt) return send();
    socket.end();
    done();
  });
  send();
}

await Promise.all(
  Array.from(
    { length: Number(connections) },
    () =>
      new Promise<void>((resolve, reject) => {
        const socket = connect({ port: Number(url.port), host: url.hostname, noDelay: true }, () =>
          drive(socket, resolve),
        );
        socket.on('error', reject);
      }),
  ),
);
const took = (performance.now() - startedAt) / 1000;
latencies.sort((a, b) => a - b);
const at = (q: number) => latencies[Math.floor(latencies.length * q)] ?? 0;
process.stdout.write(
  `${JSON.stringify({ perSecond: latencies.length / took, p50Ms: at(0.5), p99Ms: at(0.99), statuses })}\n`,
);
