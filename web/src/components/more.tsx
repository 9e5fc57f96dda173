interface Paged {
  hasNextPage: boolean;
  isFetchingNextPage: boolean;
  fetchNextPage: () => unknown;
}

/** Reads the next page of a list, while there is one. */
export function More({ list, label = 'Show older' }: { list: Paged; label?: string }) {
  if (!list.hasNextPage) return null;
  return (
    <p className="more">
      <button type="button" disabled={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
        {list.isFetchingNextPage ? 'Loading …' : label}
      </button>
    </p>
  );
}
