import { Dialog } from 'radix-ui';
import { type FormEvent, useState } from 'react';
import { client, type Schemas, useAction, useApi } from '../../api.ts';
import { Refusal } from '../../components/action.tsx';
import { Card } from '../../components/card.tsx';
import { Facts } from '../../components/facts.tsx';
import { Loaded } from '../../components/loaded.tsx';

type Settings = Schemas['EffectiveSettings'];

const rules = {
  deleteEndedAfterDays: 'Delete runs that ended so many days ago',
  purgeDeletedAfterDays: 'Remove for good what was deleted so many days ago',
} as const;
type Rule = keyof typeof rules;

/** A folder of experiments: what holds for everything below it, and where that is said. */
export function FolderHead({ path }: { path: string }) {
  const settings = useApi('/api/v1/folders/settings', { path });
  return (
    <Loaded query={settings}>
      {(found) => (
        <Card title={path} side={<EditSettings of={found} />}>
          {found.effective.description && <p className="note">{found.effective.description}</p>}
          <Facts of={factsOf(found)} />
        </Card>
      )}
    </Loaded>
  );
}

function factsOf({ path, effective, from }: Settings) {
  const said = (name: string) => (from[name] === path ? '' : ` (said by ${from[name] || 'the top folder'})`);
  const days = (rule: Rule) => {
    const value = effective.retention?.[rule];
    if (value === undefined) return undefined;
    return (value === null ? 'never' : `after ${value} ${value === 1 ? 'day' : 'days'}`) + said(`retention.${rule}`);
  };
  return {
    'Ended runs are deleted': days('deleteEndedAfterDays') ?? 'never',
    'Deleted things are removed for good': days('purgeDeletedAfterDays') ?? 'never',
    'Artifacts of new experiments':
      effective.artifactLocation && `${effective.artifactLocation}${said('artifactLocation')}`,
    ...Object.fromEntries(
      Object.entries(effective.tags ?? {}).map(([key, value]) => [`Tag ${key}`, `${value}${said(`tags.${key}`)}`]),
    ),
  };
}

function EditSettings({ of }: { of: Settings }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <Dialog.Root open={isOpen} onOpenChange={setOpen}>
      <Dialog.Trigger>Settings</Dialog.Trigger>
      <Dialog.Portal>
        <Dialog.Overlay className="veil" />
        <Dialog.Content className="dialog" aria-describedby={undefined}>
          <Dialog.Title>Settings of {of.path}</Dialog.Title>
          <SettingsForm of={of} done={() => setOpen(false)} />
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function SettingsForm({ of: { path, own, effective }, done }: { of: Settings; done: () => void }) {
  const save = useAction(async (form: FormData) => {
    const settings = changed(own, form);
    await client.put('/api/v1/folders/settings', { path, settings } as never);
    done();
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    save.mutate(new FormData(event.currentTarget));
  };
  return (
    <form onSubmit={submit}>
      <label>
        Description
        <textarea name="description" rows={3} defaultValue={own.description ?? ''} />
      </label>
      {(Object.keys(rules) as Rule[]).map((rule) => (
        <label key={rule}>
          {rules[rule]}
          <input
            name={rule}
            type="number"
            min={0}
            max={36_500}
            defaultValue={own.retention?.[rule] ?? ''}
            placeholder={String(effective.retention?.[rule] ?? 'never')}
          />
        </label>
      ))}
      <p className="quiet">They hold for every experiment below, unless a folder further down says otherwise.</p>
      {save.error && <Refusal error={save.error} />}
      <div className="buttons">
        <button type="submit" className="primary" disabled={save.isPending}>
          Save
        </button>
        <Dialog.Close>Cancel</Dialog.Close>
      </div>
    </form>
  );
}

/** What the folder says itself, with what was typed; an empty field says nothing, and "for ever" said elsewhere stays. */
function changed({ description: _, retention: before, ...rest }: Settings['own'], form: FormData): Settings['own'] {
  const text = (name: string) => String(form.get(name) ?? '').trim();
  const retention: NonNullable<Settings['own']['retention']> = {};
  for (const rule of Object.keys(rules) as Rule[]) {
    if (text(rule) !== '') retention[rule] = Number(text(rule));
    else if (before?.[rule] === null) retention[rule] = null;
  }
  return {
    ...rest,
    ...(text('description') !== '' && { description: text('description') }),
    ...(Object.keys(retention).length > 0 && { retention }),
  };
}
