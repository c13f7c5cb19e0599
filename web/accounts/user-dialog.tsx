import { useState, type FormEvent, type ReactElement } from 'react';
import { Dialog, Heading, Modal, ModalOverlay } from 'react-aria-components';
import { urlOf } from '../app/location.ts';
import { useData } from '../app/use-data.ts';
import {
  DisableUser,
  EnableUser,
  OneUser,
  ResetUserFactors,
  RevokeSession,
  RevokeUserSessions,
  SetUserRoles,
  type AccountFragment,
  type OneUserQuery,
  type Role,
} from '../generated/documents.ts';
import { Alert } from '../ui/alert.tsx';
import { CopyAs, type Copies } from '../ui/copy-as.tsx';
import { Field } from '../ui/field.tsx';
import { Link } from '../ui/link.tsx';
import { commandText, operationText } from '../ui/operation-text.ts';
import { DataTable, Moment } from '../ui/page.tsx';
import type { Action } from '../ui/step-up.tsx';
import { viewAs } from '../viewing/viewing.ts';
import { roles } from './roles.ts';
import { EndSession, SessionHead } from './session-cells.tsx';
import { SignInsOf } from './sign-ins.tsx';

export const Status = ({ user }: { user: AccountFragment }): ReactElement =>
  user.status === 'DISABLED' ? <span>○ disabled</span> : <span className="muted">● active</span>;

/** Whether an account proves more than one thing to sign in; its user alone sees what. */
export const SecondFactor = ({ user: { mfaEnabled } }: { user: AccountFragment }): ReactElement => (
  <span className={mfaEnabled === true ? undefined : 'muted'}>
    {mfaEnabled === null ? 'not for you to see' : mfaEnabled ? '✓ yes' : 'none'}
  </span>
);

type User = Extract<NonNullable<OneUserQuery['node']>, { readonly id: string }>;

interface UserDialogProps {
  readonly id: string;
  readonly action: Action;
  readonly onClose: () => void;
}

/** What an account is and did, where it is signed in, and what can be changed about it. */
export function UserDialog({ id, action, onClose }: UserDialogProps): ReactElement {
  const found = useData(OneUser, { id });
  const node = found.data?.node;
  // The query asks for nothing of a node that is no user.
  const user = node != null && 'displayName' in node ? (node as User) : undefined;
  return (
    <ModalOverlay className="overlay" isOpen onOpenChange={(isOpen) => !isOpen && onClose()} isDismissable>
      <Modal className="modal broad">
        <Dialog className="dialog">
          <Heading slot="title">{user?.displayName ?? 'User'}</Heading>
          {user !== undefined && <UserActions user={user} action={action} />}
          {user === undefined && (
            <p role="status">{found.isPending ? 'Loading…' : (found.error?.message ?? 'There is no such user.')}</p>
          )}
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}

interface UserActionsProps {
  readonly user: User;
  readonly action: Action;
}

function UserActions({ user, action }: UserActionsProps): ReactElement {
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
          {user.disabledReason !== null && <span>: {user.disabledReason}</span>}
        </dd>
        <dt>Second factor</dt>
        <dd>
          <SecondFactor user={user} />
        </dd>
      </dl>
      <SignInsOf id={user.id} />
      <SessionsOf sessions={user.sessions} action={action} />
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
          <Disabling user={user} action={action} />
        )}
        <FactorsAway user={user} action={action} />
        <CopyAs copies={copiesOf(user)} />
      </div>
    </>
  );
}

/** What each action of the dialog is elsewhere. */
function copiesOf({ id, roles: held, status, sessions }: User): Copies {
  const isDisabled = status === 'DISABLED';
  return {
    'a link to this': location.href,
    'the command that sets roles': commandText(`users roles ${id} --roles ${(held ?? []).join(',')}`),
    'the mutation that sets roles': operationText(SetUserRoles, { id, roles: held }),
    ...(isDisabled
      ? {
          'the command that enables': commandText(`users enable ${id}`),
          'the mutation that enables': operationText(EnableUser, { id }),
        }
      : {
          'the command that disables': commandText(`users disable ${id}`),
          'the mutation that disables': operationText(DisableUser, { id }),
        }),
    'the command that ends all sessions': commandText(`sessions revoke ${id}`),
    'the mutation that ends all sessions': operationText(RevokeUserSessions, { id }),
    'the mutation that ends a session': operationText(RevokeSession, { id: sessions?.[0]?.id ?? '' }),
    'the mutation that takes the factors away': operationText(ResetUserFactors, { id }),
    'the query of this': operationText(OneUser, { id }),
  };
}

/** Disables an account, once the reason was asked for. */
function Disabling({ user: { id, displayName }, action }: UserActionsProps): ReactElement {
  const [isAsking, setAsking] = useState(false);
  if (!isAsking)
    return (
      <button className="button danger" onClick={() => setAsking(true)}>
        Disable…
      </button>
    );
  const disable = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const reason = new FormData(event.currentTarget).get('reason');
    action.run(DisableUser, { id, reason: typeof reason === 'string' && reason.trim() !== '' ? reason : null });
  };
  return (
    <form className="asking" onSubmit={disable} aria-label="Disable">
      <p>Every session and API key of {displayName} ends for good; they can sign in again once they are enabled.</p>
      <Field label="Reason" hint="For other administrators to read" name="reason" maxLength={500} autoFocus />
      <button type="button" className="button" onClick={() => setAsking(false)}>
        Keep it
      </button>
      <button className="button danger" disabled={action.isBusy}>
        Disable
      </button>
    </form>
  );
}

/** Takes every second factor away, once that was asked a second time: nothing brings them back. */
function FactorsAway({ user: { id, displayName, mfaEnabled }, action }: UserActionsProps): ReactElement | null {
  const [isAsking, setAsking] = useState(false);
  if (mfaEnabled !== true) return null;
  if (!isAsking)
    return (
      <button className="button danger" onClick={() => setAsking(true)}>
        Take the factors away…
      </button>
    );
  return (
    <div className="asking" role="group" aria-label="Take the factors away">
      <p>Every second factor and recovery code of {displayName} goes for good. They are told by mail.</p>
      <button className="button" autoFocus onClick={() => setAsking(false)}>
        Keep them
      </button>
      <button
        className="button danger"
        disabled={action.isBusy}
        onClick={() => action.run(ResetUserFactors, { id }, () => setAsking(false))}
      >
        Take them away
      </button>
    </div>
  );
}

const step = 10;

/** Where a user is signed in, newest first, some at a time. */
function SessionsOf({ sessions, action: { run, isBusy } }: Pick<UserActionsProps, 'action'> & Pick<User, 'sessions'>) {
  const [most, setMost] = useState(step);
  if (sessions === null)
    return (
      <p className="muted small">
        Sessions: it takes the scope <code>sessions:revoke</code>.
      </p>
    );
  if (sessions.length === 0) return <p>Not signed in anywhere.</p>;
  return (
    <section className="stack" aria-label="Sessions">
      <DataTable label={`Active sessions: ${sessions.length}`} columns={['Session', 'IP address', 'Last seen', '']}>
        {sessions.slice(0, most).map((session) => (
          <tr key={session.id}>
            <SessionHead session={session} />
            <td>{session.ipAddress}</td>
            <td className="nowrap">
              <Moment at={session.lastUsedAt} />
            </td>
            <EndSession session={session} isBusy={isBusy} onEnd={() => run(RevokeSession, { id: session.id })} />
          </tr>
        ))}
      </DataTable>
      {sessions.length > most && (
        <div className="actions">
          <span className="muted small">
            {most} of {sessions.length}
          </span>
          <button className="button small" onClick={() => setMost(most + 5 * step)}>
            More
          </button>
        </div>
      )}
    </section>
  );
}
