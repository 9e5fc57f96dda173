import { registerHooks } from 'node:module';

/**
 * Lets project files import `@tidemill/sdk` where it is not installed beside them: they get the one this command line
 * uses. A project's own installation wins.
 */
export function resolveSdk(): void {
  registerHooks({
    resolve(specifier, context, next) {
      if (specifier !== '@tidemill/sdk') return next(specifier, context);
      try {
        return next(specifier, context);
      } catch {
        return next(specifier, { ...context, parentURL: import.meta.url });
      }
    },
  });
}
