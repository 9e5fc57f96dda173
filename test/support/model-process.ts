// A scoring server as a command: `node model-process.ts <model folder> <port>`. Its model is `weights.json`:
// label and probabilities of a logistic function of `a` and `b`. Rows may ask for trouble by the value of `a`.
import { readFileSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import { join } from 'node:path';

const [folder, port] = process.argv.slice(2);
const weights = JSON.parse(readFileSync(join(folder!, 'weights.json'), 'utf8')) as { a: number; b: number };
const trouble = { fail: 13, exit: 99, stall: 666 };

console.log(`environment ${Object.keys(process.env).sort().join(',')}`);

function answer(text: string, response: ServerResponse): void {
  const { columns, data } = JSON.parse(text).dataframe_split as { columns: string[]; data: (number | null)[][] };
  const rows = data.map((row) => Object.fromEntries(columns.map((name, at) => [name, row[at] ?? Number.NaN])));
  const has = (value: number) => rows.some((row) => row['a'] === value);
  if (has(trouble.exit)) process.exit(3);
  if (has(trouble.stall)) return;
  if (has(trouble.fail)) {
    response.writeHead(400, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ error_code: 'BAD_REQUEST', message: 'the model does not like this row' }));
    return;
  }
  const predictions = rows.map((row) => {
    const p = 1 / (1 + Math.exp(-(weights.a * row['a']! + weights.b * row['b']!)));
    return { label: p > 0.5 ? 1 : 0, probabilities: [1 - p, p] };
  });
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ predictions }));
}

const server = createServer((request, response) => {
  if (request.url === '/ping') return void response.writeHead(200).end('\n');
  let text = '';
  request.setEncoding('utf8').on('data', (part: string) => {
    text += part;
  });
  request.on('end', () => answer(text, response));
});
server.listen(Number(port), '127.0.0.1', () => console.log('listening'));
