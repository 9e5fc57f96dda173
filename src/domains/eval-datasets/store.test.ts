import { backends } from '../../../test/support/databases.ts';
import { describeEvalDatasets } from './store.contract.ts';

for (const backend of backends) describeEvalDatasets(backend);
