/** Lets one holder through at a time, in the order they asked. */
export class Mutex {
  #tail: Promise<void> = Promise.resolve();
  #held = 0;

  /** Whether nobody holds it or waits for it. */
  get free(): boolean {
    return this.#held === 0;
  }

  /** Waits for its turn; gives the function that ends it. */
  async acquire(): Promise<() => void> {
    this.#held++;
    const before = this.#tail;
    let release!: () => void;
    this.#tail = new Promise((resolve) => {
      release = () => {
        this.#held--;
        resolve();
      };
    });
    await before;
    return release;
  }
}
