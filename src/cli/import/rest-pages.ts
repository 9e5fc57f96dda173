/** Pages of a list until none follows. */
export async function* pagesOf<T extends { next_page_token?: string }>(
  read: (token: string | undefined) => Promise<T>,
): AsyncGenerator<T> {
  let token: string | undefined;
  do {
    const page = await read(token);
    yield page;
    token = page.next_page_token || undefined;
  } while (token !== undefined);
}
