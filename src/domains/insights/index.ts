export { insightsRoutes } from './routes.ts';
export { createInsights, type Insights } from './service.ts';
export type { Explanation } from './why-schema.ts';
