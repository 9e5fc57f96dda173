export { type Credentials, localActor } from './authenticate.ts';
export { identityRoutes } from './routes.ts';
export type { NewToken, Token } from './schema.ts';
export { createIdentity, type Identity, type StepTokenRequest } from './service.ts';
