import { Agent, request } from 'node:http';

/** Sends one body over and over on many connections; prints what wrk would tell, as JSON. */
const [url, body, connections, seconds] = process.argv.slice(2) as [string, string, string, string];
const agent = new Agent({ keepAlive: true, maxSockets: Number(connections) });
const latencies: number[] = [];
let errors = 0;
const startedAt = performance.now();
const endsAt = startedAt + Number(seconds) * 1000;

function once(): Promise<void> {
  return new Promise((resolve) => {
    const began = performance.now();
    const call = request(
      url,
      { method: 'POST', agent, headers: { 'content-type': 'application/json' } },
      (response) => {
        if (response.statusCode !== 200) errors++;
        response.resume().on('end', () => {
          latencies.push(performance.now() - began);
          resolve();
        });
      },
    );
    call.on('error', () => {
      errors++;
      resolve();
    });
    call.end(body);
  });
}

await Promise.all(
  Array.from({ length: Number(connections) }, async () => {
    while (performance.now() < endsAt) await once();
  }),
);
latencies.sort((a, b) => a - b);
const at = (q: number) => latencies[Math.floor(latencies.length * q)] ?? 0;
const perSecond = (latencies.length * 1000) / (performance.now() - startedAt);
const told = { requests: latencies.length, perSecond, p50Ms: at(0.5), p99Ms: at(0.99), errors };
process.stdout.write(`${JSON.stringify(told)}\n`);
process.exit(0);
