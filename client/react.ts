import { createContext, createElement, useContext, useEffect, useState, useSyncExternalStore } from 'react';
import type { ReactElement, ReactNode } from 'react';
import { can, type Question } from './can.ts';
import type { Client } from './create-client.ts';
import type { SessionState } from './session-value.ts';

const ClientContext = createContext<Client | undefined>(undefined);

/** Hands the client down to the hooks, and finds out who is signed in. */
export function SallyportProvider({ client, children }: { client: Client; children?: ReactNode }): ReactElement {
  useEffect(() => {
    client.session.load().catch(() => undefined);
  }, [client]);
  return createElement(ClientContext.Provider, { value: client }, children);
}

/** Returns the client. @throws Error outside a `SallyportProvider`. */
export function useClient(): Client {
  const client = useContext(ClientContext);
  if (client === undefined) throw new Error('There is no `SallyportProvider` above.');
  return client;
}

/**
 * Returns who is signed in; a component that uses it is rendered anew with every change, in whatever tab that came
 * about.
 */
export function useSession(): SessionState {
  const { session } = useClient();
  return useSyncExternalStore(session.subscribe, session.get, session.get);
}

/** Returns whether the server would allow it; undefined until that is known, and false if it could not be asked. */
export function useCan(question: Question): boolean | undefined {
  const client = useClient();
  const session = useSession();
  const [answer, setAnswer] = useState<{ readonly to: string; readonly isAllowed: boolean }>();
  const { subject, action, operation, variables } = question;
  const asked = JSON.stringify([session, subject, action, operation, variables]);
  useEffect(() => {
    let isWanted = true;
    const settle = (isAllowed: boolean): void => void (isWanted && setAnswer({ to: asked, isAllowed }));
    can(client, question).then(settle, () => settle(false));
    return () => void (isWanted = false);
    // `asked` says all that the question does, which is another object at each rendering.
  }, [client, asked]);
  return answer?.to === asked ? answer.isAllowed : undefined;
}
