export { type Client, type ClientOptions, createClient, type InputOf, type OutputOf } from './client.ts';
export { TidemillApiError } from './errors.ts';
export type { components, paths } from './types.ts';
