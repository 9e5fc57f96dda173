export type { EventType, NewEvent } from './catalogue.ts';
export type { LedgerEvent, Subject } from './event.ts';
export { createLedger, type Ledger } from './ledger.ts';
export type { Reader, ReaderState } from './readers.ts';
