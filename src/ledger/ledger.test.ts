import { backends } from '../../test/support/databases.ts';
import { describeLedger } from './ledger.contract.ts';

for (const backend of backends) describeLedger(backend);
