import { backends } from '../../../test/support/databases.ts';
import { describeModelSearch } from './search.contract.ts';

for (const backend of backends) describeModelSearch(backend);
