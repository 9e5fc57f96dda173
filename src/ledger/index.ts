export { type Audit, createAudit, type EventFilter, type EventProof, readHead } from './audit.ts';
export { type EventType, eventCatalogue, type NewEvent, typesMatching } from './catalogue.ts';
export type { Checkpoint } from './checkpoint-store.ts';
export type { LedgerEvent, Subject } from './event.ts';
export { createLedger, type Ledger } from './ledger.ts';
export type { Reader, ReaderState } from './readers.ts';
export { type LedgerKey, loadLedgerKey, readPublicKey } from './signing.ts';
export { type TailRequest, tail } from './tail.ts';
export { type LedgerProblem, type LedgerVerdict, verifyLedger, verifyLedgerAt } from './verify.ts';
