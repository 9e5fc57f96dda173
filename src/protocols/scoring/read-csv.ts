import { invalidInput } from './errors.ts';

/** Reads CSV after RFC 4180: rows of texts, quotes doubled inside quotes; blank lines are passed over. */
export function readCsv(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let at = text.startsWith('\ufeff') ? 1 : 0;
  const end = (): void => {
    if (row.length > 1 || row[0] !== '') rows.push(row);
    row = [];
  };
  while (at < text.length) {
    const { value, next } = text[at] === '"' ? readQuoted(text, at) : readPlain(text, at);
    row.push(value);
    at = next;
    if (text[at] === ',') {
      at++;
      // A comma at the very end opens one more, empty, cell.
      if (at === text.length) row.push('');
      continue;
    }
    if (text[at] === '\r') at++;
    if (text[at] === '\n') at++;
    end();
  }
  if (row.length > 0) end();
  return rows;
}

interface Cell {
  value: string;
  next: number;
}

const ends = /[,\r\n]/g;

function readPlain(text: string, from: number): Cell {
  ends.lastIndex = from;
  const next = ends.exec(text)?.index ?? text.length;
  return { value: text.slice(from, next), next };
}

function readQuoted(text: string, from: number): Cell {
  let value = '';
  let at = from + 1;
  while (true) {
    const close = text.indexOf('"', at);
    if (close < 0) invalidInput('Ensure that the input is a valid CSV. A quote is never closed.');
    value += text.slice(at, close);
    if (text[close + 1] !== '"') {
      const rest = readPlain(text, close + 1);
      return { value: value + rest.value, next: rest.next };
    }
    value += '"';
    at = close + 2;
  }
}
