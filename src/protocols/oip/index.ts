export { type OipOptions, oipRoutes } from './routes.ts';
