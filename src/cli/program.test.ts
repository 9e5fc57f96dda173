import { expect, test } from 'vitest';
import { createProgram } from './program.ts';

const outcomeOf = (words: string[]) =>
  createProgram({ silent: true })
    .parseAsync(words, { from: 'user' })
    .then(
      () => 'done',
      (error: { code?: string }) => error.code,
    );

test.each(['predictions', 'replay'])('the --version of `endpoint %s` is that of a model', async (command) => {
  expect(await outcomeOf(['endpoint', command, 'churn', '--version', 'one'])).toBe('commander.invalidArgument');
});

test('the --version of the program is told where no command is named', async () => {
  expect(await outcomeOf(['--version'])).toBe('commander.version');
});
