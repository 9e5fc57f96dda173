import { backends } from '../../test/support/databases.ts';
import { describeAudit } from './audit.contract.ts';

for (const backend of backends) describeAudit(backend);
