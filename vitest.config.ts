import { configDefaults, defineConfig } from 'vitest/config';

const sources = '{src,sdk,examples,scripts,web/src}/**/*.test.ts';

// These look at what their whole process holds, or fill its time.
const alone = ['src/domains/serving/log/log-memory.test.ts', 'src/domains/pipelines/log-file.test.ts'];

export default defineConfig({
  test: {
    testTimeout: 30_000,
    hookTimeout: 60_000,
    teardownTimeout: 10_000,
    // On the gate's busy machine a browser or a process may be starved once; a fault of ours fails twice.
    retry: process.env['CI'] ? 1 : 0,
    pool: 'forks',
    maxWorkers: 2,
    projects: [
      {
        extends: true,
        test: {
          name: 'programs',
          include: ['test/**/*.test.ts', ...alone],
        },
      },
      {
        // Starting a process and loading what a test needs takes as long as most of these tests: they share two processes.
        extends: true,
        test: {
          name: 'sources',
          include: [sources],
          exclude: [...configDefaults.exclude, ...alone],
          isolate: false,
          setupFiles: ['test/support/fresh-modules.ts'],
        },
      },
    ],
  },
});
