import { isAbstractType, type GraphQLSchema } from 'graphql';
import { rowEvaluatorFor } from '../runtime/decisions.ts';
import type { Operation } from '../runtime/guard.ts';
import type { FieldRule } from '../schema/access-model.ts';
import { unrestricted } from '../schema/requirement-table.ts';

/** The outcome for a field: allowed, denied for certain, or decided on each object. */
export type AccessOutcome = 'ALLOWED' | 'DENIED' | 'DEPENDS_ON_OBJECT';

/** A row on which a field depends: its parent, its subject, or what it returns. */
interface RowDemand {
  readonly type: string;
  readonly action: string;
  readonly text: string;
}

/** Lists the rows that must all be allowed. */
function rowDemands({ typeName, actions, subjects }: FieldRule, operation: Operation): readonly RowDemand[] {
  const { types } = operation.guard.model;
  const ofParent = [...(types.get(typeName)?.actions ?? []), ...actions];
  return [
    ...ofParent.map((action) => ({ type: typeName, action, text: `this ${typeName}: ${action}` })),
    ...subjects.map(({ type, action, idPath }) => ({
      type,
      action,
      text: `${type} by ${idPath.join('.')}: ${action}`,
    })),
  ];
}

function rowOutcome(operation: Operation, { type, action }: RowDemand): AccessOutcome {
  if (operation.guard.argumentActions.has(`${type}.${action}`)) return 'DEPENDS_ON_OBJECT';
  const { residual } = rowEvaluatorFor(operation, type, action);
  if (typeof residual === 'boolean') return residual ? 'ALLOWED' : 'DENIED';
  return 'DEPENDS_ON_OBJECT';
}

/** Lists what a field may return: one type, or any of those behind an abstract one. */
function returnedDemands(schema: GraphQLSchema, { returns }: FieldRule, operation: Operation) {
  const { types } = operation.guard.model;
  const returned = schema.getType(returns);
  const concrete = isAbstractType(returned) ? schema.getPossibleTypes(returned).map(({ name }) => name) : [returns];
  return concrete.map((type) => ({
    requirement: isAbstractType(returned) ? (types.get(type)?.requirement ?? unrestricted) : unrestricted,
    rows: (types.get(type)?.actions ?? []).map((action) => ({ type, action, text: `each ${type}: ${action}` })),
  }));
}

/** Joins outcomes that must all be allowed: one denial denies. */
function allOf(outcomes: readonly AccessOutcome[]): AccessOutcome {
  if (outcomes.includes('DENIED')) return 'DENIED';
  return outcomes.includes('DEPENDS_ON_OBJECT') ? 'DEPENDS_ON_OBJECT' : 'ALLOWED';
}

/** Joins outcomes of which the object picks one. */
function anyOf(outcomes: readonly AccessOutcome[]): AccessOutcome {
  const [first = 'ALLOWED'] = outcomes;
  return outcomes.every((outcome) => outcome === first) ? first : 'DEPENDS_ON_OBJECT';
}

/** Decides on the rows on which a field depends, as far as that is possible without them. */
export function rowsOutcome(
  schema: GraphQLSchema,
  rule: FieldRule,
  operation: Operation,
  meets: (requirement: number) => boolean,
): AccessOutcome {
  const demanded = rowDemands(rule, operation).map((demand) => rowOutcome(operation, demand));
  const returned = returnedDemands(schema, rule, operation).map(({ requirement, rows }) =>
    meets(requirement) ? allOf(rows.map((demand) => rowOutcome(operation, demand))) : 'DENIED',
  );
  return allOf([...demanded, anyOf(returned)]);
}

/** Lists every row on which a field depends: its parent, its subjects, and what it returns. */
export function demandsOf(schema: GraphQLSchema, rule: FieldRule, operation: Operation): readonly RowDemand[] {
  const returned = returnedDemands(schema, rule, operation).flatMap(({ rows }) => rows);
  return [...rowDemands(rule, operation), ...returned];
}

/** Writes in words all that a field demands. */
export function demandText(schema: GraphQLSchema, rule: FieldRule, operation: Operation): string {
  const requirement = operation.guard.model.requirements.list[rule.requirement];
  const rows = demandsOf(schema, rule, operation).map(({ text }) => text);
  const ofPrincipal = rule.requirement === unrestricted || requirement === undefined ? [] : [requirement.text];
  return [...ofPrincipal, ...rows].join('; ') || 'public';
}
