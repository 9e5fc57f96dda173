import type { Background } from '../../database/background.ts';
import type { Database } from '../../database/database.ts';
import type { Resolve } from '../../kernel/addresses.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { SecretBox } from '../../kernel/secret-box.ts';
import type { Ledger } from '../../ledger/index.ts';
import type { Deliverer } from './deliver.ts';
import type { WebhookFormat } from './format.ts';

/** What notify is made of. */
export interface NotifyOptions {
  database: Database;
  ledger: Ledger;
  clock: Clock;
  background: Background;
  /** Keeps the webhooks' secrets. */
  secrets: SecretBox;
  allowPrivateAddresses: boolean;
  /** Formats beside our own. */
  formats?: readonly WebhookFormat[];
  /** How long a receiver may take; ten seconds unless given. */
  timeoutMs?: number;
  /** After so many attempts a delivery has failed; eight unless given. */
  maxAttempts?: number;
  resolve?: Resolve;
  random?: () => number;
}

/** What the verbs of notify work with. */
export type NotifyDeps = Required<Omit<NotifyOptions, 'formats'>> & {
  formats: ReadonlyMap<string, WebhookFormat>;
  deliverer: Deliverer;
};
