/** A call the server refused or could not be asked: its status, code, message and details. */
export class TidemillApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly details: Record<string, unknown>;

  constructor(
    message: string,
    { status, code, details = {} }: { status: number; code: string; details?: Record<string, unknown> },
  ) {
    super(message);
    this.name = 'TidemillApiError';
    this.status = status;
    this.code = code;
    this.details = details;
  }

  /** The error an answer tells of; an answer that is not problem+json is told as it came. */
  static async from(answer: Response): Promise<TidemillApiError> {
    const text = await answer.text();
    try {
      const { code, detail, ...details } = JSON.parse(text) as { code: string; detail: string };
      return new TidemillApiError(detail ?? text, { status: answer.status, code: code ?? 'unknown', details });
    } catch {
      return new TidemillApiError(text.slice(0, 500) || answer.statusText, { status: answer.status, code: 'unknown' });
    }
  }

  /** No server answered at the address. */
  static unreachable(url: string, cause: unknown): TidemillApiError {
    const message = `No Tidemill server answers at ${url}. Start one with 'tidemill server'.`;
    const error = new TidemillApiError(message, { status: 0, code: 'unreachable' });
    error.cause = cause;
    return error;
  }
}
