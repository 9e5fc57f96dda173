import type { Command } from 'commander';

/** Adds the commands of audit. */
export function addAuditCommands(_program: Command): void {}
