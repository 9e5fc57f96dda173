// biome-ignore-all lint/suspicious/noExplicitAny: replaced by npm run generate
export type paths = Record<string, any>;
export type components = { schemas: Record<string, any> };
