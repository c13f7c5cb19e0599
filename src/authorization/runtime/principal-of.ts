import type { GraphQLResolveInfo } from 'graphql';
import type { Principal } from '../model/principal.ts';
import { guardOf, type Operation } from './guard.ts';
import { operationBy, rebindOperation, rootKey } from './operation.ts';

/**
 * Finds the operation that a resolver is part of, with the rights that count below its root field.
 *
 * @throws TypeError if no guarded operation is under way
 */
export function operationOf(info: GraphQLResolveInfo): Operation {
  const operation = operationUnder(info);
  return operation.rebound?.get(rootKey(info)) ?? operation;
}

function operationUnder(info: GraphQLResolveInfo): Operation {
  const operation = operationBy(guardOf(info.schema), info.variableValues);
  if (operation === undefined)
    throw new TypeError(
      'There is no guarded operation for this `info`: call this from a resolver of a guarded schema.',
    );
  return operation;
}

/**
 * Returns the principal under whose rights a resolver runs: the one that arrived, or below a sign-in mutation the one
 * that signed in.
 *
 * @throws TypeError if no guarded operation is under way, as for the field of a schema that is not guarded
 * @example
 * notes: (_source, _args, { em }, info) => em.find(Note, bound.Note.where('read', principalOf(info))),
 */
// The type parameter is the host's word for what its own `principal` function returns.
// eslint-disable-next-line typescript/no-unnecessary-type-parameters
export function principalOf<Known extends Principal = Principal>(info: GraphQLResolveInfo): Known {
  // eslint-disable-next-line typescript/no-unsafe-type-assertion
  return operationOf(info).principal as Known;
}

/**
 * Changes the principal below a root field, for this operation alone: after a sign-in, what is selected below it is
 * decided by the rights of the user that signed in. Nothing that was decided before is carried over.
 *
 * @throws TypeError if no guarded operation is under way
 * @example
 * login: async (_source, { input }, context, info) => {
 *   const { user, tokens } = await signIn(input);
 *   rebindPrincipal(info, { kind: 'user', id: user.id, roles: user.roles, scopes: scopesOf(user) });
 *   return { user, tokens };
 * },
 */
export function rebindPrincipal(info: GraphQLResolveInfo, principal: Principal): void {
  rebindOperation(operationUnder(info), info, principal);
}
