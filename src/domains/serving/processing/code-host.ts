import { registerHooks } from 'node:module';
import type { CodeAnswer, CodeCall } from './code-call.ts';
import { toColumns, toRows } from './code-rows.ts';

// The process that an endpoint's own code runs in: started with Node's permission model (no files but its own, no processes,
// no threads), it takes away what could still reach outside before the code is imported. What it may do stays what a process
// of this machine's user may do: whoever declares code needs the permission for processes.

/** Thrown by code to say that a row is the caller's mistake, which is then answered with 400. */
class InvalidInput extends Error {
  override readonly name = 'InvalidInput';
}

const send = process.send!.bind(process) as (answer: CodeAnswer) => void;
const exit = process.exit.bind(process);
const [path = ''] = process.argv.slice(2);

function takeAway(): void {
  const withheld = ['fetch', 'WebSocket', 'EventSource', 'XMLHttpRequest', 'BroadcastChannel', 'navigator'];
  for (const name of withheld) Reflect.deleteProperty(globalThis, name);
  const own = process as unknown as Record<string, unknown>;
  for (const name of ['send', 'binding', '_linkedBinding', 'dlopen', 'kill', 'getBuiltinModule', 'disconnect', 'exit'])
    own[name] = undefined;
  Object.assign(globalThis, { InvalidInput });
  registerHooks({
    resolve(specifier, context, next) {
      if (context.parentURL?.endsWith('/code-host.ts') || context.parentURL?.endsWith('/code-host.js'))
        return next(specifier, context);
      throw new Error(`the code of an endpoint imports nothing, but asks for '${specifier}'`);
    },
  });
}

async function load(): Promise<(...tables: unknown[]) => unknown> {
  takeAway();
  const module = (await import(path)) as { default?: unknown };
  if (typeof module.default !== 'function') throw new Error('it has no function as its default export');
  return module.default as (...tables: unknown[]) => unknown;
}

try {
  const run = await load();
  process.on('message', async ({ id, rows, tables, wanted }: CodeCall) => {
    try {
      const returned = await run(...tables.map((table) => toRows(table, rows)));
      send({ id, columns: toColumns(returned, rows, wanted) });
    } catch (error) {
      send({ id, error: textOf(error), isRefusal: error instanceof InvalidInput });
    }
  });
  process.on('disconnect', () => exit());
  send({ ready: true });
} catch (error) {
  send({ ready: false, error: textOf(error) });
}

function textOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).slice(0, 1000);
}
