import { readFileSync } from 'node:fs';
import { messageOf } from '../../kernel/errors.ts';
import { UsageError } from '../context.ts';

/** Who asks a tracking server: a name with a password, or a token. */
export interface Credentials {
  username?: string;
  password?: string;
  token?: string;
}

/** The credentials of a file, or else those of the environment, as MLflow clients take them. */
export function readCredentials(file: string | undefined, env: NodeJS.ProcessEnv = process.env): Credentials {
  const given = file === undefined ? env : valuesOf(file);
  const pick = (name: string) => given[`MLFLOW_TRACKING_${name}`] || given[`mlflow_tracking_${name.toLowerCase()}`];
  const [username, password, token] = [pick('USERNAME'), pick('PASSWORD'), pick('TOKEN')];
  return { ...(username && { username }), ...(password && { password }), ...(token && { token }) };
}

/** Lines of `name = value`, with the section and comment lines that such files hold. */
function valuesOf(file: string): Record<string, string> {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new UsageError(`The credentials cannot be read: ${messageOf(error)}`);
  }
  const pairs = text.split('\n').map((line) => /^\s*(\w+)\s*=\s*(.*?)\s*$/.exec(line));
  return Object.fromEntries(pairs.flatMap((found) => (found ? [[found[1]!, found[2]!]] : [])));
}
