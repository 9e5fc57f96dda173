import { type IncomingHttpHeaders, request } from 'node:http';

/** An answer whose body nobody has unpacked. */
export interface RawReply {
  status: number;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

/** Posts bytes with exactly these headers; unlike `fetch`, adds no `accept-encoding` and unpacks nothing. */
export function rawRequest(url: string, headers: Record<string, string>, body: Uint8Array): Promise<RawReply> {
  return new Promise((resolve, reject) => {
    const call = request(url, { method: 'POST', headers }, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('end', () =>
        resolve({ status: response.statusCode!, headers: response.headers, body: Buffer.concat(parts) }),
      );
    });
    call.on('error', reject);
    call.end(body);
  });
}
