import { Command } from 'commander';
import { version } from '../app/version.ts';

interface Group {
  /** The first words that its commands begin with. */
  words: readonly string[];
  load(): Promise<(program: Command) => void>;
}

/** The groups of commands in the order in which help tells them. */
export const groups: readonly Group[] = [
  { words: ['server', 'doctor'], load: async () => (await import('./commands/server.ts')).addServerCommands },
  { words: ['serve'], load: async () => (await import('./commands/serve.ts')).addServeCommand },
  { words: ['init', 'plan', 'apply'], load: async () => (await import('./commands/project.ts')).addProjectCommands },
  { words: ['dataset'], load: async () => (await import('./commands/data.ts')).addDataCommands },
  { words: ['pipeline'], load: async () => (await import('./commands/pipeline.ts')).addPipelineCommands },
  { words: ['experiment'], load: async () => (await import('./commands/experiment.ts')).addExperimentCommands },
  { words: ['run'], load: async () => (await import('./commands/run.ts')).addRunCommands },
  { words: ['model'], load: async () => (await import('./commands/model.ts')).addModelCommands },
  { words: ['endpoint'], load: async () => (await import('./commands/endpoint.ts')).addEndpointCommands },
  { words: ['monitor', 'alert'], load: async () => (await import('./commands/monitor.ts')).addMonitorCommands },
  { words: ['why'], load: async () => (await import('./commands/why.ts')).addWhyCommand },
  { words: ['audit'], load: async () => (await import('./commands/audit.ts')).addAuditCommands },
  { words: ['import'], load: async () => (await import('./commands/import.ts')).addImportCommands },
  { words: ['export'], load: async () => (await import('./commands/export.ts')).addExportCommands },
  {
    words: ['folder', 'purge', 'retention', 'gc'],
    load: async () => (await import('./commands/upkeep.ts')).addUpkeepCommands,
  },
  {
    words: ['token', 'webhook', 'backup', 'restore'],
    load: async () => (await import('./commands/admin.ts')).addAdminCommands,
  },
];

/**
 * The command line as a description: of the group that the first word names, which halves the time to start, else of all.
 * Actions load what they need when they run. `silent` keeps it from telling wrong use itself.
 */
export async function createProgram({ silent = false, firstWord = '' } = {}): Promise<Command> {
  const program = new Command('tidemill')
    .description('The whole life cycle of machine-learning models in one program.')
    .version(version)
    // Behind a command `--version` is the command's own: that of a model.
    .enablePositionalOptions()
    .exitOverride()
    .configureOutput(silent ? { writeErr: () => undefined } : {})
    .showHelpAfterError('(add --help for what there is)')
    .showSuggestionAfterError();
  const named = groups.filter((group) => group.words.includes(firstWord));
  const needsNone = firstWord === '--version' || firstWord === '-V';
  for (const group of named.length > 0 ? named : needsNone ? [] : groups) (await group.load())(program);
  return program;
}
