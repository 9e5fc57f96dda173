import { Dialog } from 'radix-ui';
import { type FormEvent, useId, useState } from 'react';
import { useAction } from '../../api.ts';
import { Refusal } from '../../components/action.tsx';

interface Props {
  label: string;
  title: string;
  text: string;
  /** More than one for a text of several lines, which may then be empty. */
  lines?: number;
  save: (text: string) => Promise<unknown>;
}

/** A button that opens a text to be changed. */
export function EditText({ label, title, text, lines = 1, save }: Props) {
  const [isOpen, setOpen] = useState(false);
  const [typed, setTyped] = useState(text);
  const field = useId();
  const action = useAction(async () => {
    await save(lines > 1 ? typed : typed.trim());
    setOpen(false);
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    action.mutate(undefined);
  };
  const shared = {
    id: field,
    value: typed,
    onChange: ({ target }: { target: { value: string } }) => setTyped(target.value),
  };
  return (
    <Dialog.Root
      open={isOpen}
      onOpenChange={(now) => {
        setOpen(now);
        if (now) setTyped(text);
      }}
    >
      <Dialog.Trigger>{label}</Dialog.Trigger>
      <Dialog.Portal>
        <Dialog.Overlay className="veil" />
        <Dialog.Content className="dialog" aria-describedby={undefined}>
          <Dialog.Title>{label}</Dialog.Title>
          <form onSubmit={submit}>
            <label htmlFor={field}>{title}</label>
            {lines > 1 ? <textarea {...shared} rows={lines} /> : <input {...shared} required size={40} />}
            {action.error && <Refusal error={action.error} />}
            <div className="buttons">
              <button type="submit" className="primary" disabled={action.isPending}>
                Save
              </button>
              <Dialog.Close>Cancel</Dialog.Close>
            </div>
          </form>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
