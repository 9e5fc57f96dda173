/** The tables of folders. */
export type FolderTables = {
  experiment_folder: {
    path: string;
    /** JSON. */
    settings: string;
    updated_at: number;
    updated_by: string;
  };
};
