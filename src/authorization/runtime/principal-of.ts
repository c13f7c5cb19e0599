import type { GraphQLResolveInfo } from 'graphql';
import type { Principal } from '../principal.ts';
import { guardOf } from './guard.ts';
import { rebindOperation, rootKey } from './operation.ts';
import type { Operation } from './operation.ts';

function operationUnder(info: GraphQLResolveInfo): Operation {
  const operation = guardOf(info.schema).operations.get(info.variableValues);
  if (operation === undefined) throw new TypeError('No guarded operation is under way here.');
  return operation;
}

/**
 * The principal under whose rights a resolver runs: the one that arrived, or below a sign-in mutation the one that
 * has signed in.
 */
// The type parameter is the caller's word for what its own `principal` function answers.
// eslint-disable-next-line typescript/no-unnecessary-type-parameters
export function principalOf<Known extends Principal = Principal>(info: GraphQLResolveInfo): Known {
  const operation = operationUnder(info);
  // eslint-disable-next-line typescript/no-unsafe-type-assertion
  return (operation.rebound?.get(rootKey(info)) ?? operation).principal as Known;
}

/**
 * Somebody signed in: everything below this root field, and in this operation alone, is judged by the rights of this
 * principal. Nothing that was decided before is carried over.
 */
export function rebindPrincipal(info: GraphQLResolveInfo, principal: Principal): void {
  rebindOperation(operationUnder(info), info, principal);
}
