import { backends } from '../../../test/support/databases.ts';
import { describeDataStore } from './store.contract.ts';

for (const backend of backends) describeDataStore(backend);
