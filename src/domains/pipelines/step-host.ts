/*
 * The program a TypeScript step runs in: it loads one module of the code bundle, calls one function and writes what that
 * gives. It is started by the process executor with the path of the step's description as its only argument.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

interface Description {
  module: string;
  export: string;
  bundle: string;
  origin?: string;
  params: Record<string, unknown>;
  inputs: Record<string, { kind: string; value?: unknown }>;
  folder: { root: string; work: string; inputs: string; outputs: string };
}

const description = JSON.parse(readFileSync(process.argv[2]!, 'utf8')) as Description;
const { bundle, origin, folder } = description;
const bundleUrl = pathToFileURL(`${bundle}/`).href;

registerHooks({
  resolve(specifier, context, next) {
    const fromBundle = context.parentURL?.startsWith(bundleUrl) ?? false;
    if (!fromBundle || /^(?:\.|\/|[a-z]+:)/.test(specifier)) return next(specifier, context);
    if (specifier === '@tidemill/sdk' || specifier.startsWith('@tidemill/sdk/')) {
      return next(specifier, { ...context, parentURL: import.meta.url });
    }
    try {
      return next(specifier, context);
    } catch (error) {
      // Packages are not part of the bundle: they are taken from the project's folder while it is there.
      if (origin === undefined || !existsSync(origin)) throw error;
      return next(specifier, { ...context, parentURL: pathToFileURL(join(origin, 'package.json')).href });
    }
  },
});

const stopping = new AbortController();
process.once('SIGTERM', () => stopping.abort(new Error('The step is being stopped.')));

/** What the function is called with. */
const call = {
  params: description.params,
  /** Values as they are; files and versions as paths. */
  inputs: Object.fromEntries(
    Object.entries(description.inputs).map(([name, artifact]) => [
      name,
      artifact.kind === 'value' ? artifact.value : join(folder.inputs, name),
    ]),
  ),
  artifacts: description.inputs,
  outputs: { folder: folder.outputs, path: (name: string) => join(folder.outputs, name) },
  log: (...words: unknown[]) => console.log(...words),
  signal: stopping.signal,
};

try {
  const module = (await import(pathToFileURL(description.module).href)) as Record<string, unknown>;
  const found = module[description.export];
  if (typeof found !== 'function') {
    throw new Error(
      `The module exports no function '${description.export}'; it has: ${Object.keys(module).join(', ')}.`,
    );
  }
  const given: unknown = await found(call);
  if (given !== undefined && given !== null) {
    if (typeof given !== 'object' || Array.isArray(given))
      throw new Error('A step gives an object of outputs by name.');
    for (const [name, value] of Object.entries(given)) {
      if (!/^[A-Za-z][A-Za-z0-9_-]{0,99}$/.test(name)) throw new Error(`'${name}' is not a name an output can have.`);
      if (value !== undefined) writeFileSync(join(folder.outputs, name), JSON.stringify(value));
    }
  }
  process.exit(0);
} catch (error) {
  console.error(error);
  process.exit(1);
}
