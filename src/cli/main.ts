import { tell } from './context.ts';
import { createProgram } from './program.ts';

/** Runs a command line; sets the exit code: 0 fine, 1 failure, 2 wrong use, 3 where not all fitted. */
export async function main(words: readonly string[]): Promise<void> {
  const json = words.includes('--json');
  try {
    const program = await createProgram({ silent: json, firstWord: words[0] });
    await program.parseAsync([...words], { from: 'user' });
  } catch (error) {
    process.exitCode = tell(error, json);
  }
}

await main(process.argv.slice(2));
