export type { FoldersDeps } from './deps.ts';
export { foldersRoutes } from './routes.ts';
export type { EffectiveSettings, FolderEntry, FolderSettings, Retention, RetentionReport } from './schema.ts';
export { createFolders, type Folders } from './service.ts';
