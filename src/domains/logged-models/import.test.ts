import { backends } from '../../../test/support/databases.ts';
import { describeLoggedModelImport } from './import.contract.ts';

for (const backend of backends) describeLoggedModelImport(backend);
