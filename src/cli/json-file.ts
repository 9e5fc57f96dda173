import { readFileSync } from 'node:fs';
import { messageOf } from '../kernel/errors.ts';
import { parseJson } from '../kernel/json.ts';
import { UsageError } from './context.ts';

/** Reads a JSON file that the user names; a file that is missing or broken is wrong use. */
export function readJsonFile(path: string): unknown {
  try {
    return parseJson(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new UsageError(`'${path}' cannot be read as JSON: ${messageOf(error)}`);
  }
}
