import { useState, type FormEvent, type ReactElement } from 'react';
import { Dialog, Heading, Modal, ModalOverlay } from 'react-aria-components';
import { useSession } from 'sallyport/client/react';
import { graphqlUrl } from '../app/facts.ts';
import { useData } from '../app/use-data.ts';
import { CreateApiKey, OwnApiKeys, RevokeApiKey } from '../generated/documents.ts';
import { Alert } from '../ui/alert.tsx';
import { CopyAs } from '../ui/copy-as.tsx';
import { CopyButton } from '../ui/copy-button.tsx';
import { ExportAs } from '../ui/export-as.tsx';
import { Field } from '../ui/field.tsx';
import { operationText } from '../ui/operation-text.ts';
import { DataTable, Moment, PageHead } from '../ui/page.tsx';
import { Empty, Failed, Loading, Stale } from '../ui/states.tsx';
import { useAction, type Action } from '../ui/step-up.tsx';

const curlWith = (key: string): string =>
  `curl -s ${graphqlUrl} -H 'content-type: application/json' -H 'x-api-key: ${key}' -d '{"query":"{ me { displayName } }"}'`;

/** Credentials for programs that act for the user who is signed in. */
export function ApiKeysPage(): ReactElement {
  const [isMaking, setMaking] = useState(false);
  const [secret, setSecret] = useState<string>();
  const action = useAction();
  // The dialogs stand beside the list: what is typed into them outlives a session that ends.
  return (
    <>
      <OwnKeys action={action} onNew={() => setMaking(true)} />
      {action.dialog}
      {isMaking && (
        <NewKeyDialog
          action={action}
          onClose={() => setMaking(false)}
          onMade={(made) => {
            setMaking(false);
            setSecret(made);
          }}
        />
      )}
      {secret !== undefined && <SecretDialog secret={secret} onClose={() => setSecret(undefined)} />}
    </>
  );
}

function OwnKeys({ action, onNew }: { action: Action; onNew: () => void }): ReactElement {
  const own = useData(OwnApiKeys, {});
  if (own.data === undefined) {
    if (own.error) return <Failed error={own.error} onRetry={() => void own.refetch()} />;
    return <Loading what="your API keys" />;
  }
  const keys = own.data.me?.apiKeys ?? [];
  return (
    <div className="page">
      {own.error && <Stale since={own.dataUpdatedAt} />}
      <PageHead
        title="API keys"
        about="For programs. A key acts for you within its own scopes, and never manages credentials."
      >
        <button className="button primary" onClick={onNew}>
          New key…
        </button>
        <ExportAs name="api-keys" rows={keys} />
        <CopyAs
          copies={{
            'a link to this': location.href,
            'a GraphQL query': OwnApiKeys.toString(),
            'the mutation that makes a key': operationText(CreateApiKey, {
              input: { name: 'ci', scopes: ['articles:read'], expiresAt: null },
            }),
            'the mutation that revokes a key': operationText(RevokeApiKey, { id: keys[0]?.id ?? '' }),
          }}
        />
      </PageHead>
      {action.problem !== undefined && <Alert>{action.problem}</Alert>}
      {keys.length === 0 ? (
        <Empty title="No key yet">
          <p>This works once you have made one:</p>
          <pre>{curlWith('sp_…')}</pre>
        </Empty>
      ) : (
        <DataTable label="API keys" columns={['Name', 'Begins with', 'Scopes', 'Last use', 'Expires', '']}>
          {keys.map((key) => (
            <tr key={key.id}>
              <th scope="row">{key.name}</th>
              <td>
                <code>{key.prefix}</code>
              </td>
              <td>
                <code>{key.scopes.join(' ')}</code>
              </td>
              <td>
                <Moment at={key.lastUsedAt} />
              </td>
              <td>
                <Moment at={key.expiresAt} />
              </td>
              <td>
                <button
                  className="button small danger"
                  disabled={action.isBusy}
                  aria-label={`Revoke ${key.name}`}
                  onClick={() => action.run(RevokeApiKey, { id: key.id })}
                >
                  Revoke
                </button>
              </td>
            </tr>
          ))}
        </DataTable>
      )}
    </div>
  );
}

interface NewKeyDialogProps {
  readonly action: Action;
  readonly onClose: () => void;
  readonly onMade: (secret: string) => void;
}

function NewKeyDialog({ action, onClose, onMade }: NewKeyDialogProps): ReactElement {
  const session = useSession();
  const scopes = session.status === 'signed-in' ? session.scopes : [];
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const [name, wanted, days] = ['name', 'scopes', 'days'].map((field) => form.get(field));
    if (typeof name !== 'string' || typeof wanted !== 'string' || typeof days !== 'string') return;
    const expiresAt = days === '' ? null : new Date(Date.now() + Number(days) * 86_400_000).toISOString();
    const input = { name, scopes: wanted.split(/[\s,]+/).filter(Boolean), expiresAt };
    action.run(CreateApiKey, { input }, ({ createApiKey }) => onMade(createApiKey.secret));
  };
  return (
    <ModalOverlay className="overlay" isOpen onOpenChange={(isOpen) => !isOpen && onClose()} isDismissable>
      <Modal className="modal">
        <Dialog className="dialog">
          <Heading slot="title">New API key</Heading>
          {action.problem !== undefined && <Alert>{action.problem}</Alert>}
          <form className="stack" onSubmit={submit}>
            <Field label="Name" name="name" maxLength={100} required autoFocus />
            <Field
              label="Scopes, separated by spaces"
              name="scopes"
              required
              defaultValue={scopes.includes('*') ? 'articles:read' : scopes.join(' ')}
              hint={`At most your own: ${scopes.join(' ')}`}
            />
            <label className="field">
              Expires
              <select name="days" defaultValue="90">
                <option value="30">in 30 days</option>
                <option value="90">in 90 days</option>
                <option value="365">in a year</option>
                <option value="">never</option>
              </select>
            </label>
            <button className="button primary wide" disabled={action.isBusy}>
              Make the key
            </button>
          </form>
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}

const SecretDialog = ({ secret, onClose }: { secret: string; onClose: () => void }): ReactElement => (
  <ModalOverlay className="overlay" isOpen>
    <Modal className="modal">
      <Dialog className="dialog">
        <Heading slot="title">Your new key</Heading>
        <p>It is shown this once.</p>
        <p>
          <code className="wrap">{secret}</code>
        </p>
        <div className="actions">
          <CopyButton text={secret} label="Copy the key" />
          <CopyButton text={curlWith(secret)} label="Copy as curl" />
        </div>
        <button className="button primary wide" onClick={onClose}>
          I stored it
        </button>
      </Dialog>
    </Modal>
  </ModalOverlay>
);
