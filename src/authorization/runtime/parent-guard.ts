import { refusal } from '../errors.ts';
import type { Guard, Resolver } from './guard.ts';
import { currentOperation, judgeOf, rowDenialCode } from './operation.ts';
import { proceed } from './promises.ts';

/** `@can` on a field of an object: a policy decides on the parent, which is loaded first where it is not yet. */
export function withParent(guard: Guard, type: string, action: string, resolve: Resolver): Resolver {
  return (source, args, contextValue, info) => {
    const operation = currentOperation(guard, info, contextValue);
    return proceed(judgeOf(operation, type, action).admit(source), (row) => {
      if (row === null) throw refusal(rowDenialCode(operation));
      return resolve(row, args, contextValue, info);
    });
  };
}
