import { isAbstractType } from 'graphql';
import type { GraphQLSchema } from 'graphql';
import { judgeOf } from '../runtime/operation.ts';
import type { Operation } from '../runtime/operation.ts';
import type { FieldRule } from '../schema/model.ts';
import { OPEN } from '../schema/requirement-table.ts';

export type AccessOutcome = 'ALLOWED' | 'DENIED' | 'DEPENDS_ON_OBJECT';

/** A row that a field depends on: its parent, its subject, or what it returns. */
interface RowDemand {
  readonly type: string;
  readonly action: string;
  readonly text: string;
}

/** The rows that must be admitted one and all. */
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
  const { residual } = judgeOf(operation, type, action);
  if (typeof residual === 'boolean') return residual ? 'ALLOWED' : 'DENIED';
  return 'DEPENDS_ON_OBJECT';
}

/** What a field returns: one type, or any of those behind an abstract one. */
function returnedDemands(schema: GraphQLSchema, { returns }: FieldRule, operation: Operation) {
  const { types } = operation.guard.model;
  const returned = schema.getType(returns);
  const concrete = isAbstractType(returned) ? schema.getPossibleTypes(returned).map(({ name }) => name) : [returns];
  return concrete.map((type) => ({
    requirement: isAbstractType(returned) ? (types.get(type)?.requirement ?? OPEN) : OPEN,
    rows: (types.get(type)?.actions ?? []).map((action) => ({ type, action, text: `each ${type}: ${action}` })),
  }));
}

/** All of these: one denial denies, one doubt leaves doubt. */
function allOf(outcomes: readonly AccessOutcome[]): AccessOutcome {
  if (outcomes.includes('DENIED')) return 'DENIED';
  return outcomes.includes('DEPENDS_ON_OBJECT') ? 'DEPENDS_ON_OBJECT' : 'ALLOWED';
}

/** Any of these, as the object will have it. */
function anyOf(outcomes: readonly AccessOutcome[]): AccessOutcome {
  const [first = 'ALLOWED'] = outcomes;
  return outcomes.every((outcome) => outcome === first) ? first : 'DEPENDS_ON_OBJECT';
}

/** Whether the rows that a field depends on are admitted, as far as that can be told without them. */
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

/** All that a field demands, in words. */
export function demandText(schema: GraphQLSchema, rule: FieldRule, operation: Operation): string {
  const requirement = operation.guard.model.requirements.list[rule.requirement];
  const returned = returnedDemands(schema, rule, operation).flatMap(({ rows }) => rows);
  const rows = [...rowDemands(rule, operation), ...returned].map(({ text }) => text);
  const ofPrincipal = rule.requirement === OPEN || requirement === undefined ? [] : [requirement.text];
  return [...ofPrincipal, ...rows].join('; ') || 'public';
}
