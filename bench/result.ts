/** What one benchmark found: figures with their unit, the goal they have, and the ratio to a baseline of the same run. */
export interface BenchResult {
  name: string;
  figures: {
    label: string;
    value: number;
    unit: string;
    /** Such as `<= 1.5 s`. */
    goal?: string;
    /** Such as `1.8x raw node:sqlite`. */
    ratio?: string;
  }[];
}
