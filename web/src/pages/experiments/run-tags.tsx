import { type FormEvent, useState } from 'react';
import { client, useAction } from '../../api.ts';
import { Refusal } from '../../components/action.tsx';

/** The tags of a run, which can be set and removed; those that clients keep for themselves are folded away. */
export function RunTags({ id, tags }: { id: string; tags: Record<string, string> }) {
  const all = Object.entries(tags).sort(([a], [b]) => a.localeCompare(b));
  const isOurs = ([key]: [string, string]) => !key.startsWith('mlflow.');
  const kept = all.filter((tag) => !isOurs(tag));
  return (
    <section>
      <h3>Tags</h3>
      <TagList id={id} tags={all.filter(isOurs)} />
      <NewTag id={id} />
      {kept.length > 0 && (
        <details>
          <summary>{kept.length} set by the client</summary>
          <TagList id={id} tags={kept} />
        </details>
      )}
    </section>
  );
}

function TagList({ id, tags }: { id: string; tags: readonly [string, string][] }) {
  const remove = useAction((key: string) => client.delete('/api/v1/runs/{id}/tags', { id, key } as never));
  return (
    <>
      <ul className="tags">
        {tags.map(([key, value]) => (
          <li key={key} className="tag">
            <span>
              <b>{key}</b> {value.length > 300 ? `${value.slice(0, 300)} …` : value}
            </span>
            <button type="button" aria-label={`Remove the tag ${key}`} onClick={() => remove.mutate(key)}>
              ×
            </button>
          </li>
        ))}
      </ul>
      {remove.error && <Refusal error={remove.error} />}
    </>
  );
}

function NewTag({ id }: { id: string }) {
  const [[key, value], setTag] = useState<[string, string]>(['', '']);
  const add = useAction(async () => {
    await client.post('/api/v1/runs/{id}/log', { id, tags: { [key.trim()]: value } } as never);
    setTag(['', '']);
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    add.mutate(undefined);
  };
  return (
    <form className="filters" onSubmit={submit}>
      <label>
        Tag
        <input
          value={key}
          required
          size={16}
          maxLength={250}
          onChange={({ target }) => setTag([target.value, value])}
        />
      </label>
      <label>
        Value
        <input value={value} size={22} onChange={({ target }) => setTag([key, target.value])} />
      </label>
      <button type="submit" disabled={add.isPending}>
        Set
      </button>
      {add.error && <Refusal error={add.error} />}
    </form>
  );
}
