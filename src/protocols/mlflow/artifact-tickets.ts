import { TidemillError } from '../../kernel/errors.ts';
import type { SecretBox } from '../../kernel/secret-box.ts';
import { refuse } from './errors.ts';

/** How long an address that needs no token may be used to download. */
export const downloadTicketMs = 300_000;

/** What the holder of an address may do: send one part of an upload. */
export interface PartTicket {
  upload: string;
  part: number;
}

/** What the holder of an address may do: read one content under a name, until a moment. */
export interface FileTicket {
  name: string;
  digest: string;
  bytes: number;
  until: number;
}

const partPlace = 'mlflow-part';
const filePlace = 'mlflow-file';

/** Writes and reads tickets: sealed, so that nobody makes or changes one. */
export function createTickets(box: Pick<SecretBox, 'seal' | 'open'>) {
  return {
    forPart: (ticket: PartTicket) => box.seal(JSON.stringify(ticket), partPlace),
    forFile: (ticket: FileTicket) => box.seal(JSON.stringify(ticket), filePlace),
    part: (sealed: unknown) => opened<PartTicket>(box, sealed, partPlace),
    file(sealed: unknown, now: number): FileTicket {
      const ticket = opened<FileTicket>(box, sealed, filePlace);
      return now < ticket.until ? ticket : refuse('PERMISSION_DENIED', 'The address has expired; ask for another.');
    },
  };
}

function opened<T>(box: Pick<SecretBox, 'open'>, sealed: unknown, place: string): T {
  try {
    return JSON.parse(box.open(String(sealed), place)) as T;
  } catch (error) {
    if (!(error instanceof TidemillError)) throw error;
    return refuse('PERMISSION_DENIED', 'The address is not one that this server gave.');
  }
}
