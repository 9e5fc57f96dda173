import { backends } from '../../../test/support/databases.ts';
import { describeMonitoringStore } from './store.contract.ts';

for (const backend of backends) describeMonitoringStore(backend);
