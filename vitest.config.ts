import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{src,sdk,test,examples,scripts,web/src}/**/*.test.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    teardownTimeout: 10_000,
    pool: 'forks',
    maxWorkers: 2,
  },
});
