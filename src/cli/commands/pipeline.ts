import type { Command } from 'commander';

/** Adds the commands of pipeline. */
export function addPipelineCommands(_program: Command): void {}
