import { backends } from '../../../../test/support/databases.ts';
import { describeLogStores } from './log-store.contract.ts';

for (const backend of backends) describeLogStores(backend);
