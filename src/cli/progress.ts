import type { SingleBar } from 'cli-progress';

/** A bar on standard error that shows how far something is; nothing where that is no terminal. */
export interface Progress {
  add(amount: number): void;
  end(): void;
}

/** Starts a bar over so many units; `show` words an amount. */
export async function startProgress(
  what: string,
  total: number,
  show: (amount: number) => string = String,
): Promise<Progress> {
  if (!process.stderr.isTTY) return { add: () => undefined, end: () => undefined };
  const { SingleBar, Presets } = (await import('cli-progress')).default;
  const bar: SingleBar = new SingleBar(
    {
      format: `${what} {bar} {percentage}%  {value} of {total}`,
      formatValue: (value, _options, type) =>
        type === 'value' || type === 'total' ? show(value) : String(value).padStart(3),
      // Ctrl-C ends the command; the library's own handler would only end the bar.
      gracefulExit: false,
      clearOnComplete: true,
      stream: process.stderr,
    },
    Presets.shades_classic,
  );
  bar.start(total, 0);
  return { add: (amount) => bar.increment(amount), end: () => bar.stop() };
}

/** Bytes as people read them. */
export function bytesText(bytes: number): string {
  const units = ['B', 'KB', 'MB', 'GB', 'TB'];
  const step = bytes < 1 ? 0 : Math.min(Math.floor(Math.log10(bytes) / 3), units.length - 1);
  const value = bytes / 1000 ** step;
  return `${step === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${units[step]}`;
}
