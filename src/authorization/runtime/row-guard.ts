import { isPromiseLike, mapMaybePromise } from '../model/maybe-promise.ts';
import { rowEvaluatorFor } from './decisions.ts';
import { refusedRow, type ResponsePosition, type ValueGuard } from './value-guard.ts';

/** Guards the objects of a type by its policy, whatever path leads to them: row-level security. */
export function rowGuard(type: string, actions: readonly string[]): ValueGuard {
  const [only, ...others] = actions;
  if (only !== undefined && others.length === 0) return (position) => evaluateRow(position, type, only);
  return (position) => {
    const rowEvaluators = actions.map((action) => evaluateRow(position, type, action));
    return (value) =>
      rowEvaluators.reduce<unknown>(
        (admitted, evaluate) => mapMaybePromise(admitted, (row) => (row === refusedRow ? refusedRow : evaluate(row))),
        value,
      );
  };
}

function evaluateRow({ operation }: ResponsePosition, type: string, action: string): (value: unknown) => unknown {
  const { admit } = rowEvaluatorFor(operation, type, action);
  return (value) => {
    const admitted = admit(value);
    if (admitted === null) return refusedRow;
    return isPromiseLike(admitted) ? admitted.then((row) => (row === null ? refusedRow : row)) : admitted;
  };
}
