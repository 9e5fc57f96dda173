export type { EventType, NewEvent } from './catalogue.ts';
export type { LedgerEvent, Subject } from './event.ts';
export { createLedger, type Ledger, type Reader } from './ledger.ts';
