/** Where in a queue ordered by priority a request belongs: behind those that go before it or came before it. */
export function queuePlace(queue: readonly Prioritised[], one: Prioritised): number {
  const level = levelOf(one);
  let at = queue.length;
  while (at > 0 && levelOf(queue[at - 1]!) > level) at--;
  return at;
}

interface Prioritised {
  priority?: number | undefined;
}

/** 1 is before what says nothing, 2 and above behind it. */
function levelOf({ priority = 0 }: Prioritised): number {
  return priority === 0 ? 1.5 : priority;
}
