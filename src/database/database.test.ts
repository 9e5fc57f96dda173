import { backends } from '../../test/support/databases.ts';
import { describeDatabase } from './database.contract.ts';

for (const backend of backends) describeDatabase(backend);
