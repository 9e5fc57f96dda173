import { backends } from '../../../test/support/databases.ts';
import { describeSearch } from './search.contract.ts';

for (const backend of backends) describeSearch(backend);
