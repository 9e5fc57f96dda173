import type { Command } from 'commander';
import { createProgram } from './program.ts';

/** Every command with its arguments and options, as Markdown. */
export async function describeCommands(): Promise<string> {
  return leaves(await createProgram(), [])
    .map(describe)
    .join('\n');
}

interface Leaf {
  words: string[];
  command: Command;
}

function leaves(command: Command, words: string[]): Leaf[] {
  if (command.commands.length === 0) return [{ words, command }];
  return command.commands.flatMap((child) => leaves(child, [...words, child.name()]));
}

function describe({ words, command }: Leaf): string {
  const args = command.registeredArguments.map((one) => (one.required ? `<${one.name()}>` : `[${one.name()}]`));
  const title = `## \`tidemill ${[...words, ...args].join(' ')}\`\n\n${command.description()}.\n`;
  if (command.options.length === 0) return title;
  const rows = command.options.map((option) => `| \`${option.flags}\` | ${option.description} |`);
  return `${title}\n| option | what it does |\n|---|---|\n${rows.join('\n')}\n`;
}
