import type { Asker } from './asker.ts';
import { residualOf } from './decide.ts';
import { fetchRow, isReadable } from './rows.ts';
import type { Row } from './value.ts';
import { whenKnown } from './verdict.ts';
import type { Residual, Verdict } from './verdict.ts';

/** Decides on rows of one type for one action and principal. Every failure denies, and is logged. */
export interface Judge {
  /** What is left of the policy for this principal; `false` for a policy that fails on its own. */
  readonly residual: Residual;
  readonly allows: (row: Row) => Verdict;
  /**
   * As `allows`, for whatever a resolver answered: an id or an unloaded row is loaded first, where the policy looks at
   * rows at all. Answers what is to be handed on, and null where it is refused.
   */
  readonly admit: (reference: unknown) => unknown;
}

export function createJudge(asker: Asker, type: string, action: string): Judge {
  const { rows } = asker;
  const deny = (error: unknown): false => {
    const message = `The policy ${type}.${action} failed, which denies.`;
    rows.log({ kind: 'policy', type, action, message, error });
    return false;
  };
  const fail = (error: unknown): null => {
    rows.log({ kind: 'loader', type, message: `A row of ${type} could not be loaded, which denies.`, error });
    return null;
  };
  const residual = residualOrDeny(asker, type, action, deny);
  const allows = (row: Row): Verdict => {
    if (typeof residual === 'boolean') return residual;
    try {
      const verdict = residual(row);
      return typeof verdict === 'boolean' ? verdict : verdict.catch(deny);
    } catch (error) {
      return deny(error);
    }
  };
  const judgeLoaded = (row: Row | null) =>
    row === null ? null : whenKnown(allows(row), (isAllowed) => (isAllowed ? row : null));
  const admit = (reference: unknown): unknown => {
    if (residual === false) return null;
    if (residual === true) return reference;
    try {
      if (isReadable(rows, reference)) return judgeLoaded(reference);
    } catch (error) {
      return fail(error);
    }
    return fetchRow(rows, type, reference).catch(fail).then(judgeLoaded);
  };
  return { residual, allows, admit };
}

function residualOrDeny(asker: Asker, type: string, action: string, deny: (error: unknown) => false): Residual {
  try {
    return residualOf(asker, type, action);
  } catch (error) {
    return deny(error);
  }
}
