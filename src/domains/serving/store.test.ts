import { backends } from '../../../test/support/databases.ts';
import { describeServingStores } from './store.contract.ts';

for (const backend of backends) describeServingStores(backend);
