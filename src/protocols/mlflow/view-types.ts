/** Which of the active and deleted things a search shows. */
export const viewTypes = ['ACTIVE_ONLY', 'DELETED_ONLY', 'ALL'] as const;

const lifecycles = { ACTIVE_ONLY: 'active', DELETED_ONLY: 'deleted', ALL: 'all' } as const;

/** The lifecycle that a view shows; the active ones unless said. */
export function lifecycleOf(view: (typeof viewTypes)[number] = 'ACTIVE_ONLY') {
  return lifecycles[view];
}
