import { Command } from 'commander';
import { version } from '../app/version.ts';
import { addAdminCommands } from './commands/admin.ts';
import { addAuditCommands } from './commands/audit.ts';
import { addDataCommands } from './commands/data.ts';
import { addEndpointCommands } from './commands/endpoint.ts';
import { addExperimentCommands } from './commands/experiment.ts';
import { addExportCommands } from './commands/export.ts';
import { addImportCommands } from './commands/import.ts';
import { addModelCommands } from './commands/model.ts';
import { addMonitorCommands } from './commands/monitor.ts';
import { addPipelineCommands } from './commands/pipeline.ts';
import { addProjectCommands } from './commands/project.ts';
import { addRunCommands } from './commands/run.ts';
import { addServeCommand } from './commands/serve.ts';
import { addServerCommands } from './commands/server.ts';
import { addUpkeepCommands } from './commands/upkeep.ts';
import { addWhyCommand } from './commands/why.ts';

/** The whole command line as a description; actions load what they need when they run. `silent` keeps it from telling wrong use itself. */
export function createProgram({ silent = false } = {}): Command {
  const program = new Command('tidemill')
    .description('The whole life cycle of machine-learning models in one program.')
    .version(version)
    // Behind a command `--version` is the command's own: that of a model.
    .enablePositionalOptions()
    .exitOverride()
    .configureOutput(silent ? { writeErr: () => undefined } : {})
    .showHelpAfterError('(add --help for what there is)')
    .showSuggestionAfterError();
  addServerCommands(program);
  addServeCommand(program);
  addProjectCommands(program);
  addDataCommands(program);
  addPipelineCommands(program);
  addExperimentCommands(program);
  addRunCommands(program);
  addModelCommands(program);
  addEndpointCommands(program);
  addMonitorCommands(program);
  addWhyCommand(program);
  addAuditCommands(program);
  addImportCommands(program);
  addExportCommands(program);
  addUpkeepCommands(program);
  addAdminCommands(program);
  return program;
}
