import { useId, type ReactElement } from 'react';
import { useData } from '../app/use-data.ts';
import { FindUsers } from '../generated/documents.ts';
import { callerKinds, readCaller, writeCaller, type Caller, type CallerText } from './callers.ts';
import '../styles/caller.css';

interface CallerPickerProps {
  readonly label: string;
  readonly value: CallerText;
  readonly onChange: (value: CallerText) => void;
  readonly roles: readonly string[];
  readonly scopes: readonly string[];
  readonly onRemove?: () => void;
  readonly removing?: string;
}

/** Chooses whom to pretend to be. */
export function CallerPicker(props: CallerPickerProps): ReactElement {
  const { label, value, onChange, roles, scopes, onRemove, removing = 'Remove' } = props;
  const caller = readCaller(value);
  const change = (next: Partial<Caller>): void => onChange(writeCaller({ ...caller, ...next }));
  return (
    <fieldset className="caller">
      <legend>{label}</legend>
      <select
        aria-label={`${label}: kind`}
        value={caller.kind}
        onChange={({ target }) => {
          const kind = callerKinds.find((one) => one === target.value) ?? 'anonymous';
          change({ kind, value: kind === 'role' ? (roles[0] ?? '') : '' });
        }}
      >
        <option value="anonymous">anonymous</option>
        <option value="role">a role</option>
        <option value="scopes">a set of scopes</option>
        <option value="user">a user</option>
      </select>
      {caller.kind === 'role' && (
        <select
          aria-label={`${label}: role`}
          value={caller.value}
          onChange={({ target }) => change({ value: target.value })}
        >
          {roles.map((role) => (
            <option key={role}>{role}</option>
          ))}
        </select>
      )}
      {caller.kind === 'scopes' && (
        <ScopesInput label={label} value={caller.value} onChange={(text) => change({ value: text })} scopes={scopes} />
      )}
      {caller.kind === 'user' && (
        <UserInput label={label} value={caller.value} onChange={(id) => change({ value: id })} />
      )}
      {onRemove && (
        <button className="button quiet small" onClick={onRemove}>
          {removing}
        </button>
      )}
    </fieldset>
  );
}

interface InputProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
}

function ScopesInput({ label, value, onChange, scopes }: InputProps & { scopes: readonly string[] }): ReactElement {
  const id = useId();
  return (
    <>
      <input
        aria-label={`${label}: scopes, separated by spaces`}
        placeholder="articles:read comments:write"
        list={id}
        value={value}
        onChange={({ target }) => onChange(target.value)}
      />
      <datalist id={id}>
        {scopes.map((scope) => (
          <option key={scope} value={`${value.replace(/\S*$/, '')}${scope}`} />
        ))}
      </datalist>
    </>
  );
}

/** Takes an id, or a name or e-mail address of which it offers the users. */
function UserInput({ label, value, onChange }: InputProps): ReactElement {
  const id = useId();
  const found = useData(FindUsers, { search: value }, { enabled: value.length >= 2 && !isId(value) });
  const users = found.data?.users.nodes ?? [];
  return (
    <>
      <input
        aria-label={`${label}: id, name or e-mail address of the user`}
        placeholder="Name, e-mail address or id"
        list={id}
        value={value}
        onChange={({ target }) => onChange(target.value)}
      />
      <datalist id={id}>
        {users.map((user) => (
          <option key={user.id} value={user.id}>
            {user.displayName} {user.email ?? ''} {(user.roles ?? []).join(', ')}
          </option>
        ))}
      </datalist>
      {users.slice(0, 3).map((user) => (
        <button className="chip" key={user.id} onClick={() => onChange(user.id)}>
          {user.displayName}
        </button>
      ))}
    </>
  );
}

export const isId = (text: string): boolean => /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);
