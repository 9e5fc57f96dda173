/** A JSON schema. */
export type Schema = Record<string, unknown>;

/** Any text. */
export const text: Schema = { type: 'string' };
/** True or false. */
export const flag: Schema = { type: 'boolean' };
/** Whole numbers from 0. */
export const count: Schema = { type: 'integer', minimum: 0 };

/** A list of what a schema allows. */
export const list = (items: Schema): Schema => ({ type: 'array', items });

/** One of some texts. */
export const oneOf = (...values: readonly string[]): Schema => ({ type: 'string', enum: values });

/** A schema of the document by its name. */
export const ref = (name: string): Schema => ({ $ref: `#/components/schemas/${name}` });

/** An object with these fields and no others, each there unless it is named as optional. */
export function closed(properties: Record<string, Schema>, optional: readonly string[] = []): Schema {
  return { ...open(properties, optional), additionalProperties: false };
}

/** An object with these fields, each there unless it is named as optional; others mean nothing. */
export function open(properties: Record<string, Schema>, optional: readonly string[] = []): Schema {
  const required = Object.keys(properties).filter((name) => !optional.includes(name));
  return { type: 'object', properties, required };
}
