import { backends } from '../../../test/support/databases.ts';
import { describeIdentity } from './identity.contract.ts';

for (const backend of backends) describeIdentity(backend);
