import { backends } from '../../../test/support/databases.ts';
import { describeTraces } from './traces.contract.ts';

for (const backend of backends) describeTraces(backend);
