/** Whether a name is one of those given, in which `*` is any text; all are wanted where none is given. */
export function namePattern(given: readonly string[] | undefined): (name: string) => boolean {
  if (given === undefined) return () => true;
  const patterns = given.map(
    (one) => new RegExp(`^${one.replaceAll(/[\\^$.|?+()[\]{}]/g, '\\$&').replaceAll('*', '.*')}$`, 'su'),
  );
  return (name) => patterns.some((pattern) => pattern.test(name));
}
