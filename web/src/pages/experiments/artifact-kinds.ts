/** How an artifact can be shown here; `none` is for those that can only be downloaded. */
export type ArtifactKind = 'text' | 'json' | 'csv' | 'image' | 'html' | 'none';

const endings: [ArtifactKind, RegExp][] = [
  ['json', /\.(json|ipynb)$/i],
  ['csv', /\.(csv|tsv)$/i],
  ['image', /\.(png|jpe?g|gif|webp|svg|bmp|avif|ico)$/i],
  ['html', /\.html?$/i],
  [
    'text',
    /(?:\.(txt|log|md|ya?ml|toml|ini|cfg|conf|env|py|r|sql|sh|js|ts|tsx|jsonl|ndjson|xml|css|diff|patch|lock|pbtxt|dot)|(?:^|\/)(MLmodel|README|LICENSE|Dockerfile|requirements|conda))$/i,
  ],
];

/** How an artifact is shown, by its name. */
export function kindOf(path: string): ArtifactKind {
  return endings.find(([, pattern]) => pattern.test(path))?.[0] ?? 'none';
}

const imageTypes: Record<string, string> = {
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  svg: 'image/svg+xml',
  ico: 'image/x-icon',
};

/** The media type of an image, by its name. */
export function imageType(path: string): string {
  const ending = path.slice(path.lastIndexOf('.') + 1).toLowerCase();
  return imageTypes[ending] ?? `image/${ending}`;
}

/** A table out of a file: heads and rows of text. */
export interface SmallTable {
  columns: string[];
  rows: string[][];
  /** Whether the file holds more rows than these. */
  more: boolean;
}

const cellText = (value: unknown) =>
  value === null || value === undefined ? '' : typeof value === 'object' ? JSON.stringify(value) : String(value);

/** The table in a JSON value of the form `{"columns": […], "data": [[…], …]}` or a list of objects; undefined if it is none. */
export function tableIn(json: unknown, most: number): SmallTable | undefined {
  const split = json as { columns?: unknown; data?: unknown };
  if (json && Array.isArray(split.columns) && Array.isArray(split.data) && split.data.every(Array.isArray)) {
    const rows = (split.data as unknown[][]).slice(0, most).map((row) => row.map(cellText));
    return { columns: split.columns.map(cellText), rows, more: split.data.length > most };
  }
  const isRecord = (row: unknown) => typeof row === 'object' && row !== null && !Array.isArray(row);
  if (!Array.isArray(json) || json.length === 0 || !json.every(isRecord)) return undefined;
  const records = json.slice(0, most) as Record<string, unknown>[];
  const columns = [...new Set(records.flatMap((record) => Object.keys(record)))];
  const rows = records.map((record) => columns.map((column) => cellText(record[column])));
  return { columns, rows, more: json.length > most };
}

/** Reads the head of a CSV text (RFC 4180); a last row that is cut off is left out. */
export function readCsv(text: string, { most, whole, delimiter = ',' }: CsvOptions): SmallTable {
  const rows: string[][] = [];
  let row: string[] = [];
  let cell = '';
  let quoted = false;
  const endRow = () => {
    rows.push([...row, cell]);
    row = [];
    cell = '';
  };
  for (let at = text.startsWith('\uFEFF') ? 1 : 0; at < text.length && rows.length <= most + 1; at++) {
    const character = text[at]!;
    if (quoted) {
      if (character !== '"') cell += character;
      else if (text[at + 1] === '"') cell += text[++at];
      else quoted = false;
    } else if (character === '"' && cell === '') quoted = true;
    else if (character === delimiter) {
      row.push(cell);
      cell = '';
    } else if (character === '\n') endRow();
    else if (character !== '\r' || text[at + 1] !== '\n') cell += character;
  }
  if (whole && (cell !== '' || row.length > 0) && rows.length <= most) endRow();
  const [columns = [], ...others] = rows;
  return { columns, rows: others.slice(0, most), more: others.length > most || !whole };
}

interface CsvOptions {
  most: number;
  /** Whether the text is all of the file. */
  whole: boolean;
  delimiter?: string;
}
