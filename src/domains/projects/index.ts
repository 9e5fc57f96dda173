export type { ResourceKind } from './kind.ts';
export { projectsRoutes } from './routes.ts';
export type { ProjectDocument, ProjectPlan } from './schema.ts';
export { createProjects, type Projects } from './service.ts';
