import type { Command } from 'commander';

/** Adds the commands of endpoint. */
export function addEndpointCommands(_program: Command): void {}
