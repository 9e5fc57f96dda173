import { expect, test } from 'vitest';
import { createProgram, groups } from './program.ts';

const outcomeOf = async (words: string[]) => {
  const program = await createProgram({ silent: true, firstWord: words[0] });
  return program.parseAsync(words, { from: 'user' }).then(
    () => 'done',
    (error: { code?: string }) => error.code,
  );
};

const namesOf = (program: Awaited<ReturnType<typeof createProgram>>) => program.commands.map((one) => one.name());

test('a word brings the commands of its group and no others; any other word brings all', async () => {
  const all = groups.flatMap((group) => group.words);
  for (const { words } of groups) {
    for (const firstWord of words) expect(namesOf(await createProgram({ firstWord }))).toEqual(words);
  }
  for (const firstWord of ['', 'help', '--help', 'endpiont', '--json']) {
    expect(namesOf(await createProgram({ firstWord }))).toEqual(all);
  }
});

test.each(['predictions', 'replay'])('the --version of `endpoint %s` is that of a model', async (command) => {
  expect(await outcomeOf(['endpoint', command, 'churn', '--version', 'one'])).toBe('commander.invalidArgument');
});

test('the --version of the program is told where no command is named', async () => {
  expect(await outcomeOf(['--version'])).toBe('commander.version');
});
