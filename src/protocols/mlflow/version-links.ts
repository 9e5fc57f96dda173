import { type JsonValue, parseJson, stringifyJson } from '../../kernel/json.ts';

/** The tag by which a logged model names the versions that were made from it. */
export const versionsTag = 'mlflow.modelVersions';

/** The list of versions without repeats: clients add a version that the server has noted already. Other texts stay. */
export function withoutRepeats(text: string): string {
  let listed: JsonValue;
  try {
    listed = parseJson(text);
  } catch {
    return text;
  }
  if (!Array.isArray(listed)) return text;
  const known = new Map(listed.map((one) => [keyOf(one), one]));
  return known.size === listed.length ? text : stringifyJson([...known.values()]);
}

function keyOf(listed: JsonValue): string {
  if (listed === null || typeof listed !== 'object' || Array.isArray(listed)) return stringifyJson(listed);
  return stringifyJson([listed['name'] ?? null, String(listed['version'])]);
}
