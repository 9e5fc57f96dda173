import type { CodeColumn } from './processing-schema.ts';

/** Values of one column: one a row, or `width` a row one behind the other. */
export interface CodeValues {
  name: string;
  values: ArrayLike<number | bigint | string>;
  width: number;
  isBoolean: boolean;
}

/** What a process of code is asked: columns of rows, and what must come back. */
export interface CodeCall {
  id: number;
  rows: number;
  /** Arguments of the function, each a table of as many rows. */
  tables: CodeValues[][];
  wanted: readonly CodeColumn[];
}

/** What it answers: a list a wanted column, or why not. */
export type CodeAnswer =
  | { id: number; columns: unknown[][] }
  | { id: number; error: string; isRefusal: boolean }
  | { ready: true }
  | { ready: false; error: string };
