/** Which part of a step's log. */
export interface LogQuery {
  runId: string;
  step: string;
  /** The latest unless said. */
  attempt?: number;
  /** Counted in bytes the step wrote. */
  offset?: number;
  limitBytes?: number;
}

/** A piece of a log. */
export interface LogChunk {
  text: string;
  offset: number;
  /** Where to read on. */
  nextOffset: number;
  /** Nothing more will come. */
  ended: boolean;
}
