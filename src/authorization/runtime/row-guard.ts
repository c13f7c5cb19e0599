import type { ItemGuard, Place } from './item-guard.ts';
import { judgeOf } from './operation.ts';
import { isPromiseLike, proceed } from './promises.ts';
import { REFUSED } from './refused.ts';

/** Row-level security: each object of a type passes the policy of the type, by whatever path it is reached. */
export function rowGuard(type: string, actions: readonly string[]): ItemGuard {
  const [only, ...others] = actions;
  if (only !== undefined && others.length === 0) return (place) => judgeRow(place, type, only);
  return (place) => {
    const judges = actions.map((action) => judgeRow(place, type, action));
    return (value) =>
      judges.reduce<unknown>(
        (admitted, judge) => proceed(admitted, (row) => (row === REFUSED ? REFUSED : judge(row))),
        value,
      );
  };
}

function judgeRow({ operation }: Place, type: string, action: string): (value: unknown) => unknown {
  const { admit } = judgeOf(operation, type, action);
  return (value) => {
    const admitted = admit(value);
    if (admitted === null) return REFUSED;
    return isPromiseLike(admitted) ? admitted.then((row) => (row === null ? REFUSED : row)) : admitted;
  };
}
