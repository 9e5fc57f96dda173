import { useEffect, useRef, useState } from 'react';

const maxLines = 5_000;
const tailBytes = 512 * 1024;

interface Props {
  /** The address of the step. */
  path: string;
  attempt: number;
  /** How much is known to be there; of a long log only the end is read. */
  bytes: number;
}

/** A log as it is written: follows the stream, goes on where it was after a break, keeps the last 5,000 lines. */
export function LiveLog({ path, attempt, bytes }: Props) {
  const start = useRef(Math.max(0, bytes - tailBytes));
  const box = useRef<HTMLElement>(null);
  const sticks = useRef(true);
  const [text, setText] = useState('');
  const [state, setState] = useState<'open' | 'broken' | 'ended'>('open');
  useEffect(() => {
    setText('');
    const source = new EventSource(`${path}/logs?follow=true&attempt=${attempt}&offset=${start.current}`);
    source.addEventListener('log', ({ data }) => {
      const chunk = JSON.parse(data as string) as { text: string };
      setState('open');
      setText((before) => lastLines(before + chunk.text));
    });
    source.addEventListener('end', () => {
      setState('ended');
      source.close();
    });
    source.onerror = () => setState('broken');
    return () => source.close();
  }, [path, attempt]);
  const seen = text.length;
  useEffect(() => {
    const element = box.current;
    if (element && seen > 0 && sticks.current) element.scrollTop = element.scrollHeight;
  }, [seen]);
  const says = {
    open: 'Following …',
    broken: 'The connection broke; it is being made again …',
    ended: 'The log has ended.',
  };
  return (
    <>
      <section
        ref={box}
        className="json log"
        aria-label="Log"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        tabIndex={0}
        onScroll={({ currentTarget }) => (sticks.current = isAtEnd(currentTarget))}
      >
        {text || (state === 'ended' ? 'It wrote nothing.' : '')}
      </section>
      <p className="quiet" role="status">
        {start.current > 0 && 'Only the end of the log is shown. '}
        {says[state]}
      </p>
    </>
  );
}

const isAtEnd = ({ scrollHeight, scrollTop, clientHeight }: HTMLElement) =>
  scrollHeight - scrollTop - clientHeight < 40;

function lastLines(text: string): string {
  let from = text.length;
  for (let lines = 0; lines <= maxLines && from !== -1; lines++) from = text.lastIndexOf('\n', from - 1);
  return from <= 0 ? text : text.slice(from + 1);
}
