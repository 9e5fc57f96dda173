import { backends } from '../../../../test/support/databases.ts';
import { describeExperimentStore } from './experiment-store.contract.ts';

for (const backend of backends) describeExperimentStore(backend);
