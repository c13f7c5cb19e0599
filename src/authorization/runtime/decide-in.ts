import type { GraphQLResolveInfo } from 'graphql';
import type { MaybePromise } from '../model/maybe-promise.ts';
import type { Policy } from '../policy/define-policy.ts';
import { rowEvaluatorFor } from './decisions.ts';
import { operationOf } from './principal-of.ts';

/**
 * Decides on a loaded row as the guards of the operation do: what the principal settles is worked out once for all rows
 * of a list. A promise only if a related row had to be loaded. Failures are `false`, and logged. Arguments of fields
 * are not handed on: an action that reads them denies.
 *
 * @throws TypeError if no guarded operation is under way, as for the field of a schema that is not guarded
 * @example
 * NotePermissions: { delete: (note, _args, _context, info) => decideIn(info, notePolicy, 'delete', note) },
 */
export function decideIn<Action extends string>(
  info: GraphQLResolveInfo,
  { type }: Policy<string, Action>,
  action: NoInfer<Action>,
  row: object,
): MaybePromise<boolean> {
  const admitted = rowEvaluatorFor(operationOf(info), type, action).admit(row);
  return admitted instanceof Promise ? admitted.then((known) => known !== null) : admitted !== null;
}
