/** What an image runs. */
export interface Program {
  version: string;
  /** The module it starts with, among its files. */
  entry: string;
  /** Its modules, with a `package.json` and a `package-lock.json` of what they need. */
  files: { path: string; bytes: Uint8Array }[];
}

/** Finds the program of the running installation; the server that knows it gives this. */
export type ProgramSource = () => Promise<Program>;
