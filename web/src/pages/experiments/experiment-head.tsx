import { client, useApi } from '../../api.ts';
import { ActionButton, AskButton } from '../../components/action.tsx';
import { Card } from '../../components/card.tsx';
import { Facts } from '../../components/facts.tsx';
import { Loaded } from '../../components/loaded.tsx';
import { Time } from '../../components/time.tsx';
import { EditText } from './edit-text.tsx';
import { PurgeButton } from './purge-button.tsx';

/** One experiment: its name and description, which can be changed, its tags, its deletion and return. */
export function ExperimentHead({ id, leave }: { id: string; leave: () => void }) {
  const experiment = useApi('/api/v1/experiments/{experiment}', { experiment: id });
  const change = (more: object) =>
    client.patch('/api/v1/experiments/{experiment}', { experiment: id, ...more } as never);
  return (
    <Loaded query={experiment}>
      {({ name, description, lifecycle, tags, createdAt }) => (
        <Card
          title={name}
          side={
            <span className="buttons">
              <EditText
                label="Rename"
                title="Name of the experiment"
                text={name}
                save={(text) => change({ name: text })}
              />
              <EditText
                label="Describe"
                title="Description (Markdown is shown as text)"
                text={description}
                lines={8}
                save={(text) => change({ description: text })}
              />
              {lifecycle === 'deleted' ? (
                <>
                  <ActionButton
                    label="Restore"
                    run={() => client.post('/api/v1/experiments/{experiment}/restore', { experiment: id })}
                  />
                  <PurgeButton what={{ experiments: [id] }} title={`Remove ${name} for good?`} then={leave} />
                </>
              ) : (
                <AskButton
                  label="Delete"
                  title={`Delete ${name}?`}
                  reason={false}
                  run={() => client.delete('/api/v1/experiments/{experiment}', { experiment: id })}
                >
                  <p>Its runs are deleted with it; both can be restored.</p>
                </AskButton>
              )}
            </span>
          }
        >
          {description && <p className="note">{description}</p>}
          <Facts
            of={{
              Id: <code>{id}</code>,
              Made: <Time at={createdAt} />,
              ...(lifecycle === 'deleted' && { State: 'deleted' }),
              ...Object.fromEntries(Object.entries(tags).filter(([key]) => !key.startsWith('mlflow.'))),
            }}
          />
        </Card>
      )}
    </Loaded>
  );
}
