import { Agent, request } from 'node:http';

/** One answer of a load: when it was asked and answered, in milliseconds of `performance.now()`. */
export interface LoadAnswer {
  /** 0 where the connection failed. */
  status: number;
  retryAfter: string | undefined;
  body: Buffer;
  startedAt: number;
  endedAt: number;
}

/** What is posted, over and over. */
export interface LoadRequest {
  url: string;
  headers?: Record<string, string>;
  body: Uint8Array;
}

/** Posts requests over kept connections, as many at a time as are asked for. */
export function createLoad({ url, headers = {}, body }: LoadRequest) {
  const agent = new Agent({ keepAlive: true, maxSockets: 512 });
  const post = () =>
    new Promise<LoadAnswer>((resolve) => {
      const startedAt = performance.now();
      const end = (status: number, retryAfter: string | undefined, parts: Buffer[]) =>
        resolve({ status, retryAfter, body: Buffer.concat(parts), startedAt, endedAt: performance.now() });
      const call = request(url, { method: 'POST', agent, headers }, (response) => {
        const parts: Buffer[] = [];
        response.on('data', (part: Buffer) => parts.push(part));
        response.on('end', () => end(response.statusCode!, response.headers['retry-after'], parts));
        response.on('error', () => end(0, undefined, []));
      });
      call.on('error', () => end(0, undefined, []));
      call.end(body);
    });
  return {
    post,
    /** So many callers, each asking again when it has its answer, for so long. */
    async closed(callers: number, forMs: number, each: (answer: LoadAnswer) => void): Promise<void> {
      const stopAt = performance.now() + forMs;
      const caller = async () => {
        while (performance.now() < stopAt) each(await post());
      };
      await Promise.all(Array.from({ length: callers }, caller));
    },
    /** So many requests a second whatever becomes of them, for so long. */
    async open(perSecond: number, forMs: number, each: (answer: LoadAnswer) => void): Promise<void> {
      const startedAt = performance.now();
      const pending = new Set<Promise<void>>();
      let sent = 0;
      for (;;) {
        const at = performance.now() - startedAt;
        for (const due = (Math.min(at, forMs) * perSecond) / 1000; sent < due; sent++) {
          const one = post()
            .then(each)
            .finally(() => pending.delete(one));
          pending.add(one);
        }
        if (at >= forMs) break;
        await new Promise((resolve) => setTimeout(resolve, 4));
      }
      await Promise.all(pending);
    },
    close: () => agent.destroy(),
  };
}
