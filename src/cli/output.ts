import { stringifyJson } from '../kernel/json.ts';

const useColour = process.stdout.isTTY === true && !process.env['NO_COLOR'];

function paint(code: number) {
  return (text: string) => (useColour ? `\u001b[${code}m${text}\u001b[0m` : text);
}

/** Colours, on a terminal only. */
export const colour = {
  bold: paint(1),
  dim: paint(2),
  red: paint(31),
  green: paint(32),
  yellow: paint(33),
  blue: paint(34),
};

/**
 * A text as a terminal may show it: names and texts that somebody stored must not steer it, nor turn the direction of what
 * stands beside them. Line breaks and our colours stay.
 */
export function harmless(text: string): string {
  const steering =
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
    /\u001b\[\d+m|[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g;
  const isOurs = (found: string) => useColour && found.length > 1;
  return text.replaceAll('\r\n', '\n').replaceAll(steering, (found) => (isOurs(found) ? found : '\ufffd'));
}

/** How wide a text is on a terminal: wide East Asian characters and emoji take two cells, combining marks none. */
export function widthOf(text: string): number {
  let width = 0;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colour codes take no room
  for (const { segment } of new Intl.Segmenter().segment(text.replaceAll(/\u001b\[\d+m/g, ''))) {
    width +=
      /\p{Emoji_Presentation}|[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/u.test(
        segment,
      )
        ? 2
        : 1;
  }
  return width;
}

/** A column of a table: its title and how a row is shown in it. */
export interface Column<T> {
  title: string;
  show(row: T): string;
  align?: 'right';
}

/** Rows as an aligned table with a header; nothing but the header's dim line when there are none. */
export function table<T>(rows: readonly T[], columns: readonly Column<T>[]): string {
  const cells = rows.map((row) => columns.map((column) => column.show(row).replaceAll(/[\t\r\n]+/g, ' ')));
  const widths = columns.map((column, i) => Math.max(widthOf(column.title), ...cells.map((line) => widthOf(line[i]!))));
  const line = (texts: string[]) =>
    texts
      .map((text, i) => {
        const space = ' '.repeat(widths[i]! - widthOf(text));
        return columns[i]!.align === 'right' ? space + text : text + space;
      })
      .join('  ')
      .trimEnd();
  return [colour.dim(line(columns.map(({ title }) => title))), ...cells.map(line)].join('\n');
}

/** Writes a result: as JSON with `--json`, or as a person reads it. */
export function print<T>(value: T, options: { json?: boolean | undefined }, show: (value: T) => string): void {
  process.stdout.write(`${options.json ? stringifyJson(value) : harmless(show(value))}\n`);
}

/** A time as people read it, in the machine's zone. */
export function when(iso: string | number | null | undefined): string {
  if (iso === null || iso === undefined) return '–';
  const date = new Date(iso);
  const pad = (value: number) => String(value).padStart(2, '0');
  return `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())} ${pad(date.getHours())}:${pad(date.getMinutes())}:${pad(date.getSeconds())}`;
}

/** A count with thousands separated. */
export function count(value: number): string {
  return value.toLocaleString('en');
}
