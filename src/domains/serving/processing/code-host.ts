import { registerHooks, stripTypeScriptTypes } from 'node:module';
import type { CodeAnswer, CodeCall } from './code-call.ts';
import { toColumns, toRows } from './code-rows.ts';
import { takeAway } from './take-away.ts';

// The process that an endpoint's own code runs in: started with Node's permission model (no files but its own, no processes,
// no threads) and frozen intrinsics, it takes away what could still reach outside before the code is imported. What is left
// is the language; a way around it would have what this machine's user has, so code needs the permission for processes.

/** Thrown by code to say that a row is the caller's mistake, which is then answered with 400. */
class InvalidInput extends Error {
  override readonly name = 'InvalidInput';
}

const host = process;
const send = (answer: CodeAnswer) => host.send!(answer);
const [path = ''] = host.argv.slice(2);

/** Only the code itself is imported, once: whoever asks later may have made up where the question comes from. */
function refuseImports(): void {
  let isOpen = true;
  registerHooks({
    resolve(specifier, context, next) {
      if (!isOpen || specifier !== path) {
        throw new Error(`the code of an endpoint imports nothing, but asks for '${specifier}'`);
      }
      isOpen = false;
      return next(specifier, context);
    },
  });
}

async function load(): Promise<(...tables: unknown[]) => unknown> {
  // Node's own reader of TypeScript is loaded while what it is made of is still there.
  stripTypeScriptTypes('');
  refuseImports();
  takeAway();
  Object.assign(globalThis, { InvalidInput });
  const module = (await import(path)) as { default?: unknown };
  if (typeof module.default !== 'function') throw new Error('it has no function as its default export');
  return module.default as (...tables: unknown[]) => unknown;
}

try {
  const run = await load();
  host.on('message', async ({ id, rows, tables, wanted }: CodeCall) => {
    try {
      const returned = await run(...tables.map((table) => toRows(table, rows)));
      send({ id, columns: toColumns(returned, rows, wanted) });
    } catch (error) {
      send({ id, error: textOf(error), isRefusal: error instanceof InvalidInput });
    }
  });
  host.on('disconnect', () => host.exit());
  send({ ready: true });
} catch (error) {
  send({ ready: false, error: textOf(error) });
}

/** What an error says; one that cannot even be read is told as such. */
function textOf(error: unknown): string {
  try {
    return String(error instanceof Error ? error.message : error).slice(0, 1000);
  } catch {
    return 'it threw something that has no text';
  }
}
