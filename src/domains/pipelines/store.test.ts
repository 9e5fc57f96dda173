import { backends } from '../../../test/support/databases.ts';
import { describePipelineStore } from './store.contract.ts';

for (const backend of backends) describePipelineStore(backend);
