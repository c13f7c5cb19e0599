import { makeOperation, type CombinedError, type Exchange, type Operation } from '@urql/core';
import { authExchange } from '@urql/exchange-auth';
import type { Client } from './create-client.ts';

/**
 * An exchange of urql, to stand before `fetchExchange`: operations carry the session's credential and wait for its
 * renewal when that is due; what was refused before it ran is sent once more.
 */
export const sallyportExchange = ({ credential }: Pick<Client, 'credential'>): Exchange =>
  authExchange(async () => {
    let refused: Operation | undefined;
    return {
      addAuthToOperation: (operation) => withCredential(operation, credential.present()),
      willAuthError: () => !credential.isFresh(),
      didAuthError(error, operation) {
        if (isRefusedBeforehand(error)) refused = operation;
        return refused === operation;
      },
      async refreshAuth() {
        // Unless the credential of the operation was renewed elsewhere.
        const isUsed = refused !== undefined && credentialOf(refused) === credential.present();
        await (isUsed ? credential.renew() : credential.fresh());
        refused = undefined;
      },
    };
  });

const optionsOf = ({ context: { fetchOptions } }: Operation): RequestInit =>
  (typeof fetchOptions === 'function' ? fetchOptions() : fetchOptions) ?? {};

const credentialOf = (operation: Operation): string | undefined =>
  (optionsOf(operation).headers as Record<string, string> | undefined)?.['authorization'];

/** Adds the credential to an operation; without a header it is in cookies, if there is one. */
function withCredential(operation: Operation, authorization: string | undefined): Operation {
  const options = optionsOf(operation);
  const added: RequestInit =
    authorization === undefined
      ? { credentials: 'include' }
      : { credentials: 'omit', headers: { ...(options.headers as Record<string, string> | undefined), authorization } };
  return makeOperation(operation.kind, operation, { ...operation.context, fetchOptions: { ...options, ...added } });
}

const isRefusedBeforehand = ({ response, graphQLErrors }: CombinedError): boolean =>
  (response as Response | undefined)?.status === 401 &&
  graphQLErrors.some(({ extensions }) => extensions['code'] === 'UNAUTHENTICATED');
