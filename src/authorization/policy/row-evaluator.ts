import { mapMaybePromise, type MaybePromise } from '../model/maybe-promise.ts';
import type { PolicyContext } from './policy-context.ts';
import { residualPolicy } from './residual.ts';
import { fetchRow, isReadable } from './row-source.ts';
import type { Residual } from './row-test.ts';
import type { Row } from './value.ts';

/** Evaluates a policy's action on rows of one type, for one principal. Every failure denies, and is logged. */
export interface RowEvaluator {
  /** The rest of the policy for this principal; `false` for a policy that fails by itself. */
  readonly residual: Residual;
  readonly allows: (row: Row) => MaybePromise<boolean>;
  /**
   * Decides as `allows`, for whatever a resolver returned: an id or an unloaded row is loaded first, if the policy
   * looks at rows at all. Returns what is to be handed on, and null if the row is refused.
   */
  readonly admit: (reference: unknown) => unknown;
}

export function createRowEvaluator(context: PolicyContext, type: string, action: string): RowEvaluator {
  const { rows } = context;
  const deny = (error: unknown): false => {
    const message = `The policy ${type}.${action} failed, which denies.`;
    rows.log({ kind: 'policy', type, action, message, error });
    return false;
  };
  const fail = (error: unknown): null => {
    rows.log({ kind: 'loader', type, message: `A row of ${type} could not be loaded, which denies.`, error });
    return null;
  };
  const residual = residualOrDeny(context, type, action, deny);
  const allows = (row: Row): MaybePromise<boolean> => {
    if (typeof residual === 'boolean') return residual;
    try {
      const isAllowed = residual(row);
      return typeof isAllowed === 'boolean' ? isAllowed : isAllowed.catch(deny);
    } catch (error) {
      return deny(error);
    }
  };
  const admitLoaded = (row: Row | null) =>
    row === null ? null : mapMaybePromise(allows(row), (isAllowed) => (isAllowed ? row : null));
  const admit = (reference: unknown): unknown => {
    if (residual === false) return null;
    if (residual === true) return reference;
    try {
      if (isReadable(rows, reference)) return admitLoaded(reference);
    } catch (error) {
      return fail(error);
    }
    return fetchRow(rows, type, reference).catch(fail).then(admitLoaded);
  };
  return { residual, allows, admit };
}

function residualOrDeny(
  context: PolicyContext,
  type: string,
  action: string,
  deny: (error: unknown) => false,
): Residual {
  try {
    return residualPolicy(context, type, action);
  } catch (error) {
    return deny(error);
  }
}
