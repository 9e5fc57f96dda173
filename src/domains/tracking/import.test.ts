import { backends } from '../../../test/support/databases.ts';
import { describeImporting } from './import.contract.ts';

for (const backend of backends) describeImporting(backend);
