import type { Command } from 'commander';

/** Adds the commands of data. */
export function addDataCommands(_program: Command): void {}
