/** Something that can be put out of memory and taken back. */
export interface Unloadable {
  memoryBytes(): number;
  /** Whether it is in memory and nobody waits for it. */
  canUnload(): boolean;
  unload(): void;
}

/** Keeps loaded models within a budget of memory: over it, those that were asked longest ago are unloaded. */
export class MemoryBudget {
  readonly #bytes: number;
  /** In the order of their last use. */
  readonly #members = new Set<Unloadable>();
  unloads = 0;

  /** A budget of so many bytes; 0 is no limit. */
  constructor(bytes: number) {
    this.#bytes = bytes;
  }

  /** Takes note of a use. */
  used(member: Unloadable): void {
    if (this.#bytes === 0) return;
    this.#members.delete(member);
    this.#members.add(member);
  }

  remove(member: Unloadable): void {
    this.#members.delete(member);
  }

  /** Unloads what has not been used for longest until the budget is kept, or nothing more can go. */
  keep(exceptFor?: Unloadable): void {
    if (this.#bytes === 0) return;
    let total = 0;
    for (const member of this.#members) total += member.memoryBytes();
    for (const member of this.#members) {
      if (total <= this.#bytes) return;
      if (member === exceptFor || !member.canUnload()) continue;
      total -= member.memoryBytes();
      member.unload();
      this.unloads++;
    }
  }
}
