import type { Row } from '../../engine/index.ts';
import type { DatasetColumn } from './schema.ts';

/** A page of rows, with the columns they have. */
export interface RowsPage {
  columns: DatasetColumn[];
  items: Row[];
  nextPageToken?: string;
}
