import { lookup as lookUp } from 'node:dns/promises';
import type { Resolve } from '../../kernel/addresses.ts';

/** The system's resolver. */
export const systemResolve: Resolve = (host) => lookUp(host, { all: true });
