import { mapMaybePromise, type MaybePromise } from '../model/maybe-promise.ts';
import { conditionText } from './condition-text.ts';
import type { Condition } from './condition.ts';
import { conditionOf, type PolicyContext } from './policy-context.ts';
import { residualCondition } from './residual.ts';
import type { Row } from './value.ts';

/** The outcome of one clause; `not reached` if an earlier clause had settled the matter. */
export type ClauseOutcome = 'allowed' | 'denied' | 'failed' | 'not reached';

/** One clause of a policy in words, with its outcome, and those within it. */
export interface ClauseExplanation {
  readonly clause: string;
  readonly outcome: ClauseOutcome;
  readonly clauses: readonly ClauseExplanation[];
}

/** Says why a policy allows or denies a row to a principal; `reason` names the clauses that settled it. */
export interface Explanation extends ClauseExplanation {
  readonly allowed: boolean;
  readonly reason: string;
}

/** Explains which clause allowed, or which ones denied. A promise only if a related row had to be loaded. */
export function explainOn(context: PolicyContext, type: string, action: string, row: Row): MaybePromise<Explanation> {
  const condition = conditionOf(context, type, action);
  if (condition === undefined)
    return withReason({ clause: `no policy ${type}.${action}`, outcome: 'denied', clauses: [] });
  return mapMaybePromise(explainClause(context, type, condition, row), withReason);
}

function withReason(explanation: ClauseExplanation): Explanation {
  const allowed = explanation.outcome === 'allowed';
  const decisive = leaves(explanation).filter(({ outcome }) => outcome === explanation.outcome);
  const clauses = decisive.map(({ clause }) => clause).join('; ');
  return { ...explanation, allowed, reason: `${explanation.outcome}: ${clauses || explanation.clause}` };
}

function leaves(explanation: ClauseExplanation): ClauseExplanation[] {
  return explanation.clauses.length === 0 ? [explanation] : explanation.clauses.flatMap(leaves);
}

function explainClause(
  context: PolicyContext,
  type: string,
  condition: Condition,
  row: Row,
): MaybePromise<ClauseExplanation> {
  if (condition.kind === 'anyOf' || condition.kind === 'allOf') {
    return explainGroup(context, type, condition, row);
  }
  return mapMaybePromise(outcomeOf(context, type, condition, row), (outcome) => ({
    clause: conditionText(condition),
    outcome,
    clauses: [],
  }));
}

function outcomeWord(isAllowed: boolean): ClauseOutcome {
  return isAllowed ? 'allowed' : 'denied';
}

function outcomeOf(context: PolicyContext, type: string, condition: Condition, row: Row): MaybePromise<ClauseOutcome> {
  try {
    const residual = residualCondition(context, type, condition);
    const isAllowed = typeof residual === 'boolean' ? residual : residual(row);
    return typeof isAllowed === 'boolean' ? outcomeWord(isAllowed) : isAllowed.then(outcomeWord, () => 'failed');
  } catch {
    return 'failed';
  }
}

function explainGroup(
  context: PolicyContext,
  type: string,
  group: Extract<Condition, { conditions: unknown }>,
  row: Row,
): MaybePromise<ClauseExplanation> {
  const settling = group.kind === 'anyOf' ? 'allowed' : 'denied';
  const unsettled = group.kind === 'anyOf' || group.conditions.length === 0 ? 'denied' : 'allowed';
  const done: ClauseExplanation[] = [];
  const finish = (outcome: ClauseOutcome): ClauseExplanation => {
    const rest = group.conditions.slice(done.length);
    const unreached = rest.map(
      (condition) => ({ clause: conditionText(condition), outcome: 'not reached', clauses: [] }) as const,
    );
    return { clause: group.kind === 'anyOf' ? 'any of' : 'all of', outcome, clauses: [...done, ...unreached] };
  };
  const next = (): MaybePromise<ClauseExplanation> => {
    const condition = group.conditions[done.length];
    if (condition === undefined) return finish(unsettled);
    return mapMaybePromise(explainClause(context, type, condition, row), (explained) => {
      done.push(explained);
      return explained.outcome === settling || explained.outcome === 'failed' ? finish(explained.outcome) : next();
    });
  };
  return next();
}
