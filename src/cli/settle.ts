import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

const afterMs = 1_000;

/**
 * Gives back, once, the memory that starting took and does not need any more: left alone, V8 keeps twice of what is in use until
 * a heap that hardly grows is full. It takes some 50 ms, a second after the start, when nothing waits for it.
 */
export function settleMemory(): void {
  setTimeout(() => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as (options: object) => void;
    setFlagsFromString('--no-expose-gc');
    collect({ type: 'major', execution: 'sync', flavor: 'last-resort' });
  }, afterMs).unref();
}
