import { mapMaybePromise } from '../model/maybe-promise.ts';
import { refusalOf, rowDenialCode, rowEvaluatorFor } from './decisions.ts';
import type { Guard, Resolver } from './guard.ts';
import { currentOperation } from './operation.ts';

/** Decides on the parent of a field with `@can`; a parent that is not loaded is loaded first. */
export function withParent(guard: Guard, type: string, action: string, resolve: Resolver): Resolver {
  return (source, args, contextValue, info) => {
    const operation = currentOperation(guard, info, contextValue);
    return mapMaybePromise(rowEvaluatorFor(operation, type, action, args).admit(source), (row) => {
      if (row === null) throw refusalOf(operation, rowDenialCode(operation));
      return resolve(row, args, contextValue, info);
    });
  };
}
