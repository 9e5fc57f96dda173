import { backends } from '../../../test/support/databases.ts';
import { describeLoggedModels } from './store.contract.ts';

for (const backend of backends) describeLoggedModels(backend);
