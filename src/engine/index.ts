export type { ColumnToWrite, ConstantColumn, WritableType } from './append-columns.ts';
export { type Column, type ColumnKind, type Columns, numbersOf, textsOf } from './columns.ts';
export { createEngine, type Engine, type EngineOptions } from './engine.ts';
export { bitsOf, type FlatColumn, type PlainValues, plainTexts, writeFlatParquet } from './flat-parquet.ts';
export type { Parameter, Row, RowValue } from './rows.ts';
export type { SandboxLimits, SandboxQuery } from './sandbox.ts';
export type { QueryLimits } from './session.ts';
export { identifier, literal, parquetScan } from './sql-text.ts';
export { type ParquetOptions, type ParquetSource, toWritable, type WrittenParquet } from './write-parquet.ts';
