import { backends } from '../../../test/support/databases.ts';
import { describeFolders } from './folders.contract.ts';

for (const backend of backends) describeFolders(backend);
