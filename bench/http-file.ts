import { createReadStream, createWriteStream, statSync } from 'node:fs';
import { request } from 'node:http';
import { pipeline } from 'node:stream/promises';

// Sends a file (`put`) or fetches one (`get`) in a process of its own, with little between disk and socket.
// Arguments: put|get, url, file. Prints the seconds it took.

const [verb, url, file] = process.argv.slice(2) as [string, string, string];
const chunk = { highWaterMark: 1 << 20 };
const began = performance.now();
await new Promise<void>((resolve, reject) => {
  const isPut = verb === 'put';
  const headers = isPut ? { 'content-length': String(statSync(file).size) } : {};
  const call = request(url, { method: isPut ? 'PUT' : 'GET', headers, ...chunk }, (answer) => {
    if (answer.statusCode !== 200) return reject(new Error(`${verb} was answered ${answer.statusCode}.`));
    if (isPut) answer.resume().on('end', resolve);
    else pipeline(answer, createWriteStream(file, chunk)).then(resolve, reject);
  });
  call.on('error', reject);
  if (isPut) pipeline(createReadStream(file, chunk), call).catch(reject);
  else call.end();
});
process.stdout.write(String((performance.now() - began) / 1000));
