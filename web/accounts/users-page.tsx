import { useState, type FormEvent, type ReactElement } from 'react';
import { Dialog, Heading, Modal, ModalOverlay } from 'react-aria-components';
import { ask } from '../app/client.ts';
import { setParams, useParam } from '../app/location.ts';
import { useData } from '../app/use-data.ts';
import { InviteUser, Users, type AccountFragment, type Role } from '../generated/documents.ts';
import { Alert } from '../ui/alert.tsx';
import { CopyAs } from '../ui/copy-as.tsx';
import { ExportAs } from '../ui/export-as.tsx';
import { Field } from '../ui/field.tsx';
import { commandText, operationText } from '../ui/operation-text.ts';
import { DataTable, Moment, PageHead } from '../ui/page.tsx';
import { Pager } from '../ui/pager.tsx';
import { Empty, Failed, Loading, Stale } from '../ui/states.tsx';
import { useAction, type Action } from '../ui/step-up.tsx';
import { roles } from './roles.ts';
import { SecondFactor, Status, UserDialog } from './user-dialog.tsx';

/** Everybody with an account: find one, see what it may do, and change that. */
export function UsersPage(): ReactElement {
  const [id, setId] = useParam('id');
  const [isInviting, setInviting] = useState(false);
  const action = useAction();
  // The dialogs stand beside the list: what is typed into them outlives a session that ends.
  return (
    <>
      <UserList
        action={action}
        isInFront={id === '' && !isInviting}
        onOpen={setId}
        onInvite={() => setInviting(true)}
      />
      {action.dialog}
      {id !== '' && <UserDialog id={id} action={action} onClose={() => setId('')} />}
      {isInviting && <InviteDialog action={action} onClose={() => setInviting(false)} />}
    </>
  );
}

interface UserListProps {
  readonly action: Action;
  /** True as long as no dialog is open, which would lose the focus to the search. */
  readonly isInFront: boolean;
  readonly onOpen: (id: string) => void;
  readonly onInvite: () => void;
}

function UserList({ action, isInFront, onOpen, onInvite }: UserListProps): ReactElement {
  const [search, setSearch] = useParam('q');
  const [after, setAfter] = useParam('after');
  const wanted = search === '' ? null : search;
  const users = useData(Users, { search: wanted, after: after === '' ? null : after }, { keeps: true });

  if (users.data === undefined) {
    if (users.error) return <Failed error={users.error} needs="users:read" onRetry={() => void users.refetch()} />;
    return <Loading what="users" />;
  }
  const { nodes, pageInfo, totalCount } = users.data.users;
  return (
    <div className="page">
      {users.error && <Stale since={users.dataUpdatedAt} />}
      <PageHead title="Users" about={totalCount === 1 ? '1 account.' : `${totalCount} accounts.`}>
        <button className="button" onClick={onInvite}>
          Invite a person…
        </button>
        <ExportAs
          name="users"
          rows={nodes.map(rowOf)}
          read={async (from, signal) => {
            const { users: page } = await ask(Users, { search: wanted, after: from, first: 100 }, signal);
            return { rows: page.nodes.map(rowOf), pageInfo: page.pageInfo };
          }}
        />
        <CopyAs
          copies={{
            'a link to this': location.href,
            'the command that makes a link to an account': commandText(
              'users create --email ada@example.com --role VIEWER',
            ),
            'the mutation that invites a person': operationText(InviteUser, {
              input: { email: 'ada@example.com', roles: ['VIEWER'] },
            }),
            'a GraphQL query': Users.toString(),
            JSON: JSON.stringify(nodes, null, 2),
          }}
        />
      </PageHead>
      {action.problem !== undefined && <Alert>{action.problem}</Alert>}
      <div className="toolbar">
        <input
          type="search"
          autoFocus={isInFront}
          aria-label="Search names and e-mail addresses"
          placeholder="Search names and e-mail addresses"
          value={search}
          onChange={({ target }) => setParams({ q: target.value, after: '' })}
        />
      </div>
      {nodes.length === 0 ? (
        <Empty title="No user matches">
          <button className="button" onClick={() => setSearch('')}>
            Clear the search
          </button>
        </Empty>
      ) : (
        <DataTable label="Users" columns={['Name', 'E-mail address', 'Roles', 'State', 'Second factor', 'Since', '']}>
          {nodes.map((user) => (
            <tr key={user.id}>
              <th scope="row">{user.displayName}</th>
              <td>{user.email}</td>
              <td>{(user.roles ?? []).join(', ') || <span className="muted">none</span>}</td>
              <td>
                <Status user={user} />
              </td>
              <td>
                <SecondFactor user={user} />
              </td>
              <td>
                <Moment at={user.createdAt} />
              </td>
              <td>
                <button
                  className="button small"
                  onClick={() => onOpen(user.id)}
                  aria-label={`Open ${user.displayName}`}
                >
                  Open
                </button>
              </td>
            </tr>
          ))}
        </DataTable>
      )}
      {totalCount === 1 && search === '' && (
        <p className="muted">
          Nobody else has an account yet. Invite the first, or make a link on the server:{' '}
          <code>{commandText('users create --email ada@example.com --role VIEWER')}</code>
        </p>
      )}
      <Pager after={after} pageInfo={pageInfo} goTo={setAfter} />
    </div>
  );
}

/** A row of a file. */
const rowOf = ({
  id,
  displayName,
  email,
  roles: held,
  status,
  disabledReason,
  mfaEnabled,
  createdAt,
}: AccountFragment) => ({
  id,
  displayName,
  email,
  roles: held,
  status,
  disabledReason,
  secondFactor: mfaEnabled,
  createdAt,
});

interface DialogProps {
  readonly action: Action;
  readonly onClose: () => void;
}

function InviteDialog({ action, onClose }: DialogProps): ReactElement {
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const [email, role] = [form.get('email'), form.get('role')];
    if (typeof email !== 'string' || typeof role !== 'string') return;
    action.run(InviteUser, { input: { email, roles: [role as Role] } }, onClose);
  };
  return (
    <ModalOverlay className="overlay" isOpen onOpenChange={(isOpen) => !isOpen && onClose()} isDismissable>
      <Modal className="modal">
        <Dialog className="dialog">
          <Heading slot="title">Invite a person</Heading>
          {action.problem !== undefined && <Alert>{action.problem}</Alert>}
          <form className="stack" onSubmit={submit}>
            <Field label="E-mail address" name="email" type="email" required autoFocus />
            <label className="field">
              Role
              <select name="role">
                {roles.map((role) => (
                  <option key={role}>{role}</option>
                ))}
              </select>
            </label>
            <button className="button primary wide" disabled={action.isBusy}>
              Send the invitation
            </button>
          </form>
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}
