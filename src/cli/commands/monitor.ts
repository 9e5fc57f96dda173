import type { Command } from 'commander';

/** Adds the commands of monitor. */
export function addMonitorCommands(_program: Command): void {}
