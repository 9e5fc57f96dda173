/** The tables of projects. */
export type ProjectsTables = {
  /** Which project owns which resource; a resource has one owner. */
  project_resource: { kind: string; name: string; project: string };
  project_revision: {
    project: string;
    revision: number;
    applied_at: number;
    actor_name: string;
    commit_id: string | null;
    digest: string;
    summary: string;
    documents: string;
  };
};
