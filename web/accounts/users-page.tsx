import { useState, type FormEvent, type ReactElement } from 'react';
import { Dialog, Heading, Modal, ModalOverlay } from 'react-aria-components';
import { setParams, urlOf, useParam } from '../app/location.ts';
import { useData } from '../app/use-data.ts';
import {
  DisableUser,
  EnableUser,
  InviteUser,
  OneUser,
  RevokeUserSessions,
  SetUserRoles,
  Users,
  type AccountFragment,
  type Role,
} from '../generated/documents.ts';
import { Alert } from '../ui/alert.tsx';
import { CopyAs } from '../ui/copy-as.tsx';
import { ExportAs } from '../ui/export-as.tsx';
import { Field } from '../ui/field.tsx';
import { Link } from '../ui/link.tsx';
import { DataTable, Moment, PageHead } from '../ui/page.tsx';
import { Pager } from '../ui/pager.tsx';
import { Empty, Failed, Loading, Stale } from '../ui/states.tsx';
import { useAction, type Action } from '../ui/step-up.tsx';
import { SignInsOf } from './sign-ins.tsx';
import { viewAs } from '../viewing/viewing.ts';

/** Every role, each once: one that is missing does not compile. */
const roles = Object.keys({ VIEWER: '', EDITOR: '', MODERATOR: '', ADMIN: '' } satisfies Record<Role, ''>) as Role[];

/** Everybody with an account: find one, see what it may do, and change that. */
export function UsersPage(): ReactElement {
  const [id, setId] = useParam('id');
  const [isInviting, setInviting] = useState(false);
  const action = useAction();
  // The dialogs stand beside the list: what is typed into them outlives a session that ends.
  return (
    <>
      <UserList action={action} onOpen={setId} onInvite={() => setInviting(true)} />
      {action.dialog}
      {id !== '' && <UserDialog id={id} action={action} onClose={() => setId('')} />}
      {isInviting && <InviteDialog action={action} onClose={() => setInviting(false)} />}
    </>
  );
}

interface UserListProps {
  readonly action: Action;
  readonly onOpen: (id: string) => void;
  readonly onInvite: () => void;
}

function UserList({ action, onOpen, onInvite }: UserListProps): ReactElement {
  const [search, setSearch] = useParam('q');
  const [after, setAfter] = useParam('after');
  const users = useData(
    Users,
    { search: search === '' ? null : search, after: after === '' ? null : after },
    { keeps: true },
  );

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
          rows={nodes.map(({ id: userId, displayName, email, roles: held, status, createdAt }) => ({
            id: userId,
            displayName,
            email,
            roles: held,
            status,
            createdAt,
          }))}
        />
        <CopyAs
          copies={{
            'a link to this': location.href,
            'a command that makes an account':
              'npm run -s sallyport -- users create --email ada@example.com --role VIEWER',
            'a GraphQL query': Users.toString(),
            JSON: JSON.stringify(nodes, null, 2),
          }}
        />
      </PageHead>
      {action.problem !== undefined && <Alert>{action.problem}</Alert>}
      <div className="toolbar">
        <input
          type="search"
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
        <DataTable label="Users" columns={['Name', 'E-mail address', 'Roles', 'State', 'Since', '']}>
          {nodes.map((user) => (
            <tr key={user.id}>
              <th scope="row">{user.displayName}</th>
              <td>{user.email}</td>
              <td>{(user.roles ?? []).join(', ') || <span className="muted">none</span>}</td>
              <td>
                <Status user={user} />
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
      <Pager after={after} pageInfo={pageInfo} goTo={setAfter} />
    </div>
  );
}

const Status = ({ user }: { user: AccountFragment }): ReactElement =>
  user.status === 'DISABLED' ? <span>○ disabled</span> : <span className="muted">● active</span>;

interface DialogProps {
  readonly action: Action;
  readonly onClose: () => void;
}

function UserDialog({ id, action, onClose }: DialogProps & { id: string }): ReactElement {
  const found = useData(OneUser, { id });
  const node = found.data?.node;
  // The query asks for nothing of a node that is no user.
  const user = node != null && 'displayName' in node ? (node as Extract<typeof node, { id: string }>) : undefined;
  return (
    <ModalOverlay className="overlay" isOpen onOpenChange={(isOpen) => !isOpen && onClose()} isDismissable>
      <Modal className="modal">
        <Dialog className="dialog">
          <Heading slot="title">{user?.displayName ?? 'User'}</Heading>
          {user !== undefined && <UserActions user={user} sessions={user.sessions?.length} action={action} />}
          {user === undefined && (
            <p role="status">{found.isPending ? 'Loading…' : (found.error?.message ?? 'There is no such user.')}</p>
          )}
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}

interface UserActionsProps {
  readonly user: AccountFragment;
  readonly sessions: number | undefined;
  readonly action: Action;
}

function UserActions({ user, sessions, action }: UserActionsProps): ReactElement {
  const held = user.roles ?? [];
  const { run, isBusy, problem } = action;
  const toggle = (role: Role): void =>
    run(SetUserRoles, {
      id: user.id,
      roles: held.includes(role) ? held.filter((one) => one !== role) : [...held, role],
    });
  return (
    <>
      {problem !== undefined && <Alert>{problem}</Alert>}
      <dl className="facts">
        <dt>E-mail address</dt>
        <dd>{user.email}</dd>
        <dt>Id</dt>
        <dd>
          <code>{user.id}</code>
        </dd>
        <dt>State</dt>
        <dd>
          <Status user={user} />
        </dd>
        <dt>Active sessions</dt>
        <dd>{sessions ?? 'not for you to see'}</dd>
      </dl>
      <SignInsOf id={user.id} />
      <div className="chips" role="group" aria-label="Roles">
        {roles.map((role) => (
          <button
            key={role}
            className="chip"
            aria-pressed={held.includes(role)}
            disabled={isBusy}
            onClick={() => toggle(role)}
          >
            {held.includes(role) ? '✓ ' : ''}
            {role}
          </button>
        ))}
      </div>
      <div className="actions">
        <Link className="button" href={urlOf('simulator', { as: `user:${user.id}` })}>
          Simulate as
        </Link>
        <button className="button" onClick={() => viewAs(`user:${user.id}`)}>
          View as
        </button>
        <Link className="button" href={urlOf('audit', { actor: user.id })}>
          What they did
        </Link>
        <button className="button" disabled={isBusy} onClick={() => run(RevokeUserSessions, { id: user.id })}>
          End all sessions
        </button>
        {user.status === 'DISABLED' ? (
          <button className="button" disabled={isBusy} onClick={() => run(EnableUser, { id: user.id })}>
            Enable
          </button>
        ) : (
          <button className="button danger" disabled={isBusy} onClick={() => run(DisableUser, { id: user.id })}>
            Disable
          </button>
        )}
        <CopyAs
          copies={{
            'a link to this': location.href,
            'the command that disables': `npm run -s sallyport -- users disable ${user.email ?? user.id}`,
            'the mutation that sets roles': SetUserRoles.toString(),
          }}
        />
      </div>
    </>
  );
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
