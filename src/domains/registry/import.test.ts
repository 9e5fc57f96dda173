import { backends } from '../../../test/support/databases.ts';
import { describeRegistryImport } from './import.contract.ts';

for (const backend of backends) describeRegistryImport(backend);
