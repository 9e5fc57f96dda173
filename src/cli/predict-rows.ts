import { existsSync, readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import type { Client, OutputOf } from '@tidemill/sdk';
import { messageOf } from '../kernel/errors.ts';
import { UsageError } from './context.ts';
import { parseCsv } from './csv-rows.ts';
import { startProgress } from './progress.ts';

type Row = Record<string, unknown>;
/** What an endpoint answers. */
export type Answer = OutputOf<'/api/v1/endpoints/{name}/predict', 'post'>;

/** Rows to predict, and whether their values are all texts, as CSV has them. */
export interface RowsRead {
  rows: Row[];
  areTexts: boolean;
}

const rowsPerCall = 100;

/** Rows out of `--json-rows`, a CSV or JSON (lines) file, or standard input (`-`). */
export async function readRows(file: string | undefined, jsonRows: string | undefined): Promise<RowsRead> {
  if (jsonRows !== undefined) return { rows: rowsOf(jsonRows, '--json-rows'), areTexts: false };
  if (file === undefined)
    throw new UsageError('Which rows? Name a CSV or JSON file, `-` for standard input, or give --json-rows.');
  const name = file === '-' ? 'standard input' : file;
  const content = file === '-' ? await text(process.stdin) : readText(file);
  const read = rowsIn(content, name);
  if (read.rows.length === 0) throw new UsageError(`${name} holds no rows: a header line, and a line for each row.`);
  return read;
}

function rowsIn(content: string, name: string): RowsRead {
  if (/^\s*[[{]/.test(content)) return { rows: rowsOf(content, name), areTexts: false };
  try {
    return { rows: parseCsv(content), areTexts: true };
  } catch (error) {
    throw new UsageError(`${name} is neither JSON nor CSV: ${messageOf(error)}.`);
  }
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (!existsSync(file)) throw new UsageError(`There is no file '${file}' here.`);
    throw new UsageError(`'${file}' cannot be read: ${messageOf(error)}`);
  }
}

/** One object, a list of objects, or one object a line. */
function rowsOf(content: string, name: string): Row[] {
  const isRow = (one: unknown): one is Row => one !== null && typeof one === 'object' && !Array.isArray(one);
  try {
    const lines = content.trim().split('\n');
    const isLines = lines.length > 1 && lines.every((line) => /^\s*(\{.*\})?\s*$/.test(line));
    const read = isLines
      ? lines.filter((line) => line.trim() !== '').map((line) => JSON.parse(line) as unknown)
      : (JSON.parse(content) as unknown);
    const rows: unknown[] = Array.isArray(read) ? read : [read];
    if (rows.every(isRow)) return rows;
  } catch (error) {
    throw new UsageError(`${name} is not JSON: ${messageOf(error)}`);
  }
  throw new UsageError(`${name} must hold objects of column and value.`);
}

/** Turns texts into numbers where the model wants numbers; an empty text is a missing value. */
export async function typeRows(client: Client, endpoint: string, { rows, areTexts }: RowsRead): Promise<Row[]> {
  if (!areTexts) return rows;
  const texts = await textColumns(client, endpoint);
  const typed = (name: string, value: unknown) => {
    if (value === '') return null;
    return texts.has(name) || Number.isNaN(Number(value)) ? value : Number(value);
  };
  return rows.map((row) => Object.fromEntries(Object.entries(row).map(([name, value]) => [name, typed(name, value)])));
}

/** The columns the endpoint's model takes as texts. */
async function textColumns(client: Client, name: string): Promise<Set<string>> {
  const { variants } = await client.get('/api/v1/endpoints/{name}', { name });
  const live = variants.find((variant) => variant.role === 'live');
  if (!live) return new Set();
  const path = '/api/v1/models/{model}/versions/{version}';
  const { signature } = await client.get(path, { model: live.model, version: String(live.version) });
  const inputs = signature.inputs.filter((input) => input.type === 'string');
  return new Set(inputs.flatMap((input) => input.columns ?? [input.name]));
}

interface Asked {
  name: string;
  rows: readonly Row[];
  id: string | undefined;
  explain: { background?: string } | undefined;
}

/** Predicts rows, a hundred a call, with a bar when there are many. */
export async function predictRows(client: Client, { name, rows, id, explain }: Asked): Promise<Answer[]> {
  if (id !== undefined && rows.length > rowsPerCall)
    throw new UsageError(`--id is for one request of up to ${rowsPerCall} rows; there are ${rows.length}.`);
  const progress = await startProgress('predicting', rows.length);
  const answers: Answer[] = [];
  try {
    for (let at = 0; at < rows.length; at += rowsPerCall) {
      const part = rows.slice(at, at + rowsPerCall);
      const input = { name, rows: part, ...(id !== undefined && { id }), ...(explain && { explain }) };
      answers.push(await client.post('/api/v1/endpoints/{name}/predict', input as never));
      progress.add(part.length);
    }
    return answers;
  } finally {
    progress.end();
  }
}
