import { type Opcode, opcodes } from './pickle-opcodes.ts';

/** A name that a pickle imports. */
export interface PickleGlobal {
  module: string;
  name: string;
}

/** What a pickle would import and call; nothing of it is run. */
export interface PickleReport {
  globals: PickleGlobal[];
  /** How often it calls something or fills an object. */
  calls: number;
  /** Names that are put together while it is read, and numbers of a registry that only the reader has. */
  hidden: number;
  /** `ended` at its last opcode; `broken` where no reader would go on, or where it was not followed further. */
  outcome: 'ended' | 'broken';
  /** Why it is broken. */
  why: string;
}

const mark = Symbol('mark');
type Value = string | null | typeof mark;

const longestName = 1_000;
const mostValues = 5_000_000;
const mostGlobals = 10_000;
const identifier = /^[\p{L}_][\p{L}\p{N}_.<>]*$/u;

class Broken extends Error {}

/** Follows a pickle byte by byte, as the machine that loads it would, but for imports and calls, which are only written down. */
export class PickleFollower {
  readonly #globals = new Map<string, PickleGlobal>();
  readonly #memo = new Map<number, Value>();
  #stack: Value[] = [];
  #rest: Buffer = Buffer.alloc(0);
  /** Bytes of a long text or bytes that are passed over. */
  #toSkip = 0;
  #calls = 0;
  #hidden = 0;
  #isDone = false;
  #why = '';

  /** Takes the next bytes; gives false when no more are wanted. */
  push(part: Uint8Array): boolean {
    if (this.#isDone) return false;
    let bytes =
      this.#rest.length > 0
        ? Buffer.concat([this.#rest, part])
        : Buffer.from(part.buffer, part.byteOffset, part.length);
    try {
      for (;;) {
        const skipped = Math.min(this.#toSkip, bytes.length);
        this.#toSkip -= skipped;
        bytes = bytes.subarray(skipped);
        const used = this.#toSkip > 0 ? 0 : this.#step(bytes);
        if (used === 0) break;
        bytes = bytes.subarray(used);
        if (this.#isDone) break;
      }
    } catch (error) {
      if (!(error instanceof Broken)) throw error;
      this.#isDone = true;
      this.#why = error.message;
    }
    this.#rest = bytes;
    return !this.#isDone;
  }

  /** What stands behind the last opcode, of what was taken. */
  get rest(): Buffer {
    return this.#rest;
  }

  report(): PickleReport {
    const why = this.#isDone ? this.#why : 'it ends in the middle';
    const outcome = why === '' ? 'ended' : 'broken';
    return { globals: [...this.#globals.values()], calls: this.#calls, hidden: this.#hidden, outcome, why };
  }

  /** Follows one opcode; gives its length, 0 where it is not all there yet. */
  #step(bytes: Buffer): number {
    if (bytes.length === 0) return 0;
    const opcode = opcodes[bytes[0]!];
    if (!opcode) throw new Broken(`there is no opcode 0x${bytes[0]!.toString(16)}`);
    const read = readArgument(opcode, bytes);
    if (read === undefined) return 0;
    this.#apply(opcode, read.lines, read.number);
    this.#toSkip = read.skip;
    return read.used;
  }

  #apply(opcode: Opcode, words: string[], number: number): void {
    const { does } = opcode;
    const place = () => (words.length > 0 ? Number(words[0]) : number);
    if (does === 'mark') this.#put(mark);
    else if (does === 'pop') this.#take(1, true);
    else if (does === 'dup') this.#put(this.#top());
    else if (does === 'put') this.#memo.set(place(), this.#top());
    else if (does === 'memoize') this.#memo.set(this.#memo.size, this.#top());
    else if (does === 'get') this.#put(this.#memo.get(place()) ?? null);
    else if (does === 'protocol' && number > 5) throw new Broken(`there is no protocol ${number}`);
    else if (does === 'stackGlobal') {
      const [module, name] = this.#take(2);
      if (typeof module === 'string' && typeof name === 'string') this.#import(module, name);
      else this.#hidden++;
      this.#put(null);
    } else {
      if (does === 'global') this.#import(words[0]!, words[1]!);
      this.#change(opcode, words);
    }
  }

  #change({ does, takes, puts, argument }: Opcode, words: string[]): void {
    if (takes === 'mark') this.#takeToMark();
    else this.#take(takes);
    if (does === 'inst') this.#import(words[0]!, words[1]!);
    if (does === 'call' || does === 'inst') this.#calls++;
    if (does === 'extension') this.#hidden++;
    if (does === 'stop') this.#isDone = true;
    const isText = argument.kind === 'text' || argument.kind === 'lines';
    for (let i = 0; i < puts; i++) this.#put(isText && does === undefined ? unquoted(words[0]) : null);
    if (this.#memo.size > mostValues) throw new Broken('it is larger than is followed');
  }

  #put(value: Value): void {
    if (this.#stack.length >= mostValues) throw new Broken('it is larger than is followed');
    this.#stack.push(value);
  }

  #top(): Value {
    const top = this.#stack.at(-1);
    if (top === undefined || top === mark) throw new Broken('it keeps what is not there');
    return top;
  }

  #take(count: number, marksToo = false): Value[] {
    if (this.#stack.length < count) throw new Broken('it takes what is not there');
    const taken = count === 0 ? [] : this.#stack.splice(-count);
    if (!marksToo && taken.includes(mark)) throw new Broken('it takes a mark for a value');
    return taken;
  }

  #takeToMark(): void {
    const at = this.#stack.lastIndexOf(mark);
    if (at < 0) throw new Broken('it looks for a mark that is not there');
    this.#stack.length = at;
  }

  #import(module: string, name: string): void {
    if (!identifier.test(module) || !identifier.test(name)) throw new Broken('it imports what is no name');
    this.#globals.set(`${module} ${name}`, { module, name });
    if (this.#globals.size > mostGlobals) throw new Broken('it imports more than is followed');
  }
}

interface Read {
  used: number;
  /** Bytes behind that are of the argument and not looked at. */
  skip: number;
  lines: string[];
  number: number;
}

function readArgument({ argument }: Opcode, bytes: Buffer): Read | undefined {
  if (argument.kind === 'fixed') {
    const used = 1 + argument.bytes;
    if (bytes.length < used) return undefined;
    const number = argument.bytes === 0 || argument.bytes === 8 ? 0 : bytes.readUIntLE(1, argument.bytes);
    return { used, skip: 0, lines: [], number };
  }
  if (argument.kind === 'lines') return readLines(bytes, argument.count);
  const { lengthBytes } = argument;
  if (bytes.length < 1 + lengthBytes) return undefined;
  const length = lengthBytes === 8 ? Number(bytes.readBigUInt64LE(1)) : bytes.readUIntLE(1, lengthBytes);
  const start = 1 + lengthBytes;
  if (argument.kind === 'bytes' || length > longestName) return { used: start, skip: length, lines: [], number: 0 };
  if (bytes.length < start + length) return undefined;
  return { used: start + length, skip: 0, lines: [bytes.toString('utf8', start, start + length)], number: 0 };
}

function readLines(bytes: Buffer, count: number): Read | undefined {
  const lines: string[] = [];
  let used = 1;
  for (let i = 0; i < count; i++) {
    const end = bytes.indexOf(10, used);
    if (end < 0 && bytes.length - used > 1_000_000) throw new Broken('a line of it does not end');
    if (end < 0) return undefined;
    lines.push(bytes.toString('utf8', used, Math.min(end, used + longestName)));
    used = end + 1;
  }
  return { used, skip: 0, lines, number: 0 };
}

/** A text of protocol 0 as Python writes it, in quotes. */
function unquoted(line: string | undefined): Value {
  return line === undefined ? null : line.replace(/^(['"])(.*)\1$/s, '$2');
}
