import { openServing } from './serving.ts';

/** A server of its own process over a folder, for tests that kill it: prints its address when it is ready. */
const stack = await openServing({ folder: process.argv[2]!, flushMs: 5, judgeMs: 20, leaseMs: 2000 });
const { url } = await stack.listen();
process.stdout.write(`ready ${url}\n`);
