import type { Command } from 'commander';

/** Adds the commands of model. */
export function addModelCommands(_program: Command): void {}
