import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{src,sdk,test,examples,scripts,web/src}/**/*.test.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    teardownTimeout: 10_000,
    // On the gate's busy machine a browser or a process may be starved once; a fault of ours fails twice.
    retry: process.env['CI'] ? 1 : 0,
    pool: 'forks',
    maxWorkers: 2,
  },
});
