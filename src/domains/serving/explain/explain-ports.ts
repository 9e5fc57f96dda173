/** Rows a version was judged on when it was trained, by column; null is missing. */
export interface TrainingRows {
  label: string;
  columns: Record<string, readonly (number | string | boolean | null)[]>;
}

/** Finds what is kept of a version's training; who joins the domains gives it. */
export interface TrainingRowsSource {
  find(model: string, version: number): Promise<TrainingRows | undefined>;
}
