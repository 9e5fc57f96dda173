const mostLines = 1000;
const mostLength = 2000;

/** The last lines a process printed: so many, each of so many characters. */
export class ProcessLog {
  #lines: string[] = [];
  #rest = new Map<string, string>();

  /** Adds what came of a stream; a line may come in pieces. */
  write(stream: string, text: string): void {
    const parts = ((this.#rest.get(stream) ?? '') + text).split('\n');
    this.#rest.set(stream, parts.pop()!.slice(0, mostLength));
    for (const line of parts) this.note(line);
  }

  /** Adds a line of our own. */
  note(line: string): void {
    this.#lines.push(line.slice(0, mostLength));
    if (this.#lines.length > 2 * mostLines) this.#lines = this.#lines.slice(-mostLines);
  }

  /** The last lines, oldest first. */
  lines(most = mostLines): string[] {
    const unfinished = [...this.#rest.values()].filter((rest) => rest !== '');
    return [...this.#lines, ...unfinished].slice(-most);
  }
}
