import { backends } from '../../../test/support/databases.ts';
import { describeSearch } from './search.contract.ts';

for (const backend of backends) {
  describeSearch(backend);
  // With so few runs a search would sort them all: made to follow its orders, it must find the same.
  describeSearch(backend, 3);
}
