/** Reads CSV text (RFC 4180: quotes, doubled quotes, line ends inside quotes) into rows by the names of its first line. */
export function parseCsv(text: string): Record<string, string>[] {
  const [titles, ...lines] = readLines(text.replace(/^\ufeff/, ''));
  if (!titles) return [];
  return lines.map((line, i) => {
    if (line.length !== titles.length) {
      throw new Error(`row ${i + 1} has ${line.length} values, the first line names ${titles.length} columns`);
    }
    return Object.fromEntries(titles.map((title, at) => [title, line[at]!]));
  });
}

function readLines(text: string): string[][] {
  const lines: string[][] = [];
  let line: string[] = [];
  const value = /(?:"((?:[^"]|"")*)"|([^,\r\n]*))(,|\r?\n|$)/y;
  while (value.lastIndex < text.length || line.length > 0) {
    const at = value.lastIndex;
    const found = value.exec(text);
    if (!found) throw new Error(`a quote is not closed, or stands inside a value, at character ${at + 1}`);
    const [, quoted, plain = '', end] = found;
    line.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
    if (end === ',') continue;
    if (line.length > 1 || line[0] !== '') lines.push(line);
    line = [];
  }
  return lines;
}
