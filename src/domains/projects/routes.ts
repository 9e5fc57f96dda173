import { z } from 'zod';
import { type Route, route } from '../../http/route.ts';
import { nameSchema } from '../../kernel/names.ts';
import { pageOf, pageQuery } from '../../kernel/page.ts';
import { appliedSchema, documentSchema, planSchema, revisionSchema } from './schema.ts';
import type { Projects } from './service.ts';

const documents = z.array(documentSchema).max(5000);

/** The routes of projects as code. */
export function projectsRoutes(projects: Projects): Route[] {
  return [
    route({
      method: 'GET',
      path: '/api/v1/projects',
      permission: 'projects.read',
      summary: 'List the projects with their latest revisions.',
      input: z.object({}),
      output: pageOf(revisionSchema),
      handle: async () => ({ items: await projects.list() }),
    }),
    route({
      method: 'GET',
      path: '/api/v1/projects/:project/revisions',
      permission: 'projects.read',
      summary: 'List the revisions of a project, newest first.',
      input: z.object({ project: nameSchema, ...pageQuery }),
      output: pageOf(revisionSchema),
      handle: ({ input }) => projects.revisions(input.project, input),
    }),
    route({
      method: 'POST',
      path: '/api/v1/projects/:project/plan',
      permission: 'projects.read',
      summary: 'Show what applying the documents would change.',
      input: z.object({ project: nameSchema, documents }),
      output: planSchema,
      handle: ({ input }) => projects.plan(input.project, input.documents),
    }),
    route({
      method: 'POST',
      path: '/api/v1/projects/:project/apply',
      permission: 'projects.write',
      summary: 'Make the documents so; refuses a stale plan.',
      input: z.object({
        project: nameSchema,
        documents,
        plan: z.string().optional().describe('Digest of the plan that was looked at.'),
        prune: z.boolean().default(false).describe('Delete what the project owns and no longer declares.'),
        commit: z.string().max(100).optional().describe('The commit the documents come from.'),
      }),
      output: appliedSchema,
      handle: ({ input, actor }) => projects.apply(actor, input),
    }),
  ];
}
