import { backends } from '../../../test/support/databases.ts';
import { describeGovernance } from './governance.contract.ts';

for (const backend of backends) describeGovernance(backend);
