import { Dialog } from 'radix-ui';
import { type ReactNode, useId, useState } from 'react';
import { useAction } from '../api.ts';

interface Props {
  label: string;
  run: () => Promise<unknown>;
  primary?: boolean;
}

/** A button that does something and says when it did not work. */
export function ActionButton({ label, run, primary }: Props) {
  const action = useAction(run);
  return (
    <>
      <button
        type="button"
        className={primary ? 'primary' : undefined}
        disabled={action.isPending}
        onClick={() => action.mutate(undefined)}
      >
        {action.isPending ? `${label} …` : label}
      </button>
      {action.error && <Refusal error={action.error} />}
    </>
  );
}

interface AskProps {
  label: string;
  title: string;
  children?: ReactNode;
  /** Whether nothing is done without a reason. */
  demanded?: boolean;
  /** False where it is only asked whether. */
  reason?: boolean;
  primary?: boolean;
  run: (reason: string) => Promise<unknown>;
}

/** A button that asks for a reason before it does something. */
export function AskButton({ label, title, children, demanded, reason: isAsked = true, primary, run }: AskProps) {
  const [open, setOpen] = useState(false);
  const [reason, setReason] = useState('');
  const field = useId();
  const action = useAction(async () => {
    await run(reason.trim());
    setOpen(false);
    setReason('');
  });
  return (
    <Dialog.Root open={open} onOpenChange={setOpen}>
      <Dialog.Trigger className={primary ? 'primary' : undefined}>{label}</Dialog.Trigger>
      <Dialog.Portal>
        <Dialog.Overlay className="veil" />
        <Dialog.Content className="dialog" aria-describedby={undefined}>
          <Dialog.Title>{title}</Dialog.Title>
          {children}
          <form
            onSubmit={(event) => {
              event.preventDefault();
              action.mutate(undefined);
            }}
          >
            {isAsked && (
              <>
                <label htmlFor={field}>Reason{demanded ? '' : ' (kept in the ledger)'}</label>
                <textarea
                  id={field}
                  rows={3}
                  value={reason}
                  required={demanded}
                  onChange={(event) => setReason(event.target.value)}
                />
              </>
            )}
            {action.error && <Refusal error={action.error} />}
            <div className="buttons">
              <button type="submit" className="primary" disabled={action.isPending}>
                {label}
              </button>
              <Dialog.Close>Cancel</Dialog.Close>
            </div>
          </form>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

/** Why something was not done, and the cure where there is one. */
export function Refusal({ error }: { error: Error }) {
  const cure = (error as { details?: { cure?: unknown } }).details?.cure;
  const more = typeof cure === 'string' && !error.message.includes(cure) ? ` ${cure}` : '';
  return (
    <p className="failure" role="alert">
      {error.message}
      {more}
    </p>
  );
}
