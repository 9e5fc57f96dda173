import type { Command } from 'commander';

/** Adds the commands of run. */
export function addRunCommands(_program: Command): void {}
