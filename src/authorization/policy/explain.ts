import { conditionOf } from './asker.ts';
import type { Asker } from './asker.ts';
import type { Condition } from './condition.ts';
import { specialise } from './decide.ts';
import { textOf } from './text.ts';
import type { Row } from './value.ts';
import { whenKnown } from './verdict.ts';

/** What came of a clause: it allowed, it denied, it failed, or an earlier one had settled the matter. */
export type ClauseOutcome = 'allowed' | 'denied' | 'failed' | 'not reached';

export interface ClauseExplanation {
  readonly clause: string;
  readonly outcome: ClauseOutcome;
  readonly clauses: readonly ClauseExplanation[];
}

export interface Explanation extends ClauseExplanation {
  readonly allowed: boolean;
  readonly reason: string;
}

type Pending<Value> = Value | Promise<Value>;

/** Which clause allowed, or which ones failed. A promise only where a related row had to be loaded. */
export function explainOn(asker: Asker, type: string, action: string, row: Row): Pending<Explanation> {
  const condition = conditionOf(asker, type, action);
  if (condition === undefined)
    return withReason({ clause: `no policy ${type}.${action}`, outcome: 'denied', clauses: [] });
  return whenKnown(explainClause(asker, type, condition, row), withReason);
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

function explainClause(asker: Asker, type: string, condition: Condition, row: Row): Pending<ClauseExplanation> {
  if (condition.kind === 'anyOf' || condition.kind === 'allOf') {
    return explainGroup(asker, type, condition, row);
  }
  return whenKnown(outcomeOf(asker, type, condition, row), (outcome) => ({
    clause: textOf(condition),
    outcome,
    clauses: [],
  }));
}

function word(verdict: boolean): ClauseOutcome {
  return verdict ? 'allowed' : 'denied';
}

function outcomeOf(asker: Asker, type: string, condition: Condition, row: Row): Pending<ClauseOutcome> {
  try {
    const residual = specialise(asker, type, condition);
    const verdict = typeof residual === 'boolean' ? residual : residual(row);
    return typeof verdict === 'boolean' ? word(verdict) : verdict.then(word, () => 'failed');
  } catch {
    return 'failed';
  }
}

function explainGroup(
  asker: Asker,
  type: string,
  group: Extract<Condition, { conditions: unknown }>,
  row: Row,
): Pending<ClauseExplanation> {
  const settling = group.kind === 'anyOf' ? 'allowed' : 'denied';
  const unsettled = group.kind === 'anyOf' || group.conditions.length === 0 ? 'denied' : 'allowed';
  const done: ClauseExplanation[] = [];
  const finish = (outcome: ClauseOutcome): ClauseExplanation => {
    const rest = group.conditions.slice(done.length);
    const unreached = rest.map(
      (condition) => ({ clause: textOf(condition), outcome: 'not reached', clauses: [] }) as const,
    );
    return { clause: group.kind === 'anyOf' ? 'any of' : 'all of', outcome, clauses: [...done, ...unreached] };
  };
  const proceed = (): Pending<ClauseExplanation> => {
    const next = group.conditions[done.length];
    if (next === undefined) return finish(unsettled);
    return whenKnown(explainClause(asker, type, next, row), (explained) => {
      done.push(explained);
      return explained.outcome === settling || explained.outcome === 'failed' ? finish(explained.outcome) : proceed();
    });
  };
  return proceed();
}
