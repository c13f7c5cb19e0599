import { OperationTypeNode } from 'graphql';
import { propertyGuardOf } from '../authorization/index.ts';
import type { Execution, Path } from './execution.ts';
import { infoOf, type FieldPlan, type GuardedReads, type SelectionPlan } from './plan.ts';

/** Returns what of a selection a guarded schema lets be read without resolvers; `undefined` if that is nothing. */
export function guardedReadsOf(
  fields: readonly FieldPlan[],
  openTwin: (field: FieldPlan) => FieldPlan | undefined,
): GuardedReads | undefined {
  const guards = fields.map(({ resolve }) => (resolve === undefined ? undefined : propertyGuardOf(resolve)));
  const memory = guards.find((guard) => guard !== undefined)?.memory;
  if (memory === undefined) return undefined;
  const twins = fields.map((field, at) => (guards[at]?.memory === memory ? openTwin(field) : undefined));
  return {
    open: fields.map((field, at) => twins[at] ?? field),
    guards: guards.map((guard, at) => (twins[at] === undefined ? undefined : guard)),
    memory,
    decided: undefined,
    epoch: 0,
    allowed: fields,
  };
}

/**
 * Returns the fields of a selection for the objects of an execution: in a list, all rows but the first cost two
 * comparisons.
 */
export function fieldsFor(
  execution: Execution,
  selection: SelectionPlan,
  path: Path | undefined,
): readonly FieldPlan[] {
  const { fields, guarded } = selection;
  if (guarded === undefined) return fields;
  if (guarded.decided === execution.variableValues && guarded.epoch === guarded.memory.epoch) return guarded.allowed;
  return execution.operation.operation === OperationTypeNode.QUERY ? decide(execution, fields, guarded, path) : fields;
}

/**
 * Returns whether the fields that were chosen for an object are no longer what its rights allow, because others count
 * now.
 */
export function isOutdated({ guarded }: SelectionPlan): boolean {
  return guarded !== undefined && guarded.epoch !== guarded.memory.epoch;
}

function decide(
  execution: Execution,
  fields: readonly FieldPlan[],
  guarded: GuardedReads,
  path: Path | undefined,
): readonly FieldPlan[] {
  const { guards, memory, open } = guarded;
  const isAllowed = fields.map((field, at) => {
    const fieldPath = { prev: path, key: field.key, typename: field.parentType.name };
    return guards[at]?.admits(infoOf(execution, field, fieldPath), execution.contextValue) ?? true;
  });
  guarded.decided = execution.variableValues;
  guarded.epoch = memory.epoch;
  guarded.allowed = isAllowed.every(Boolean)
    ? open
    : fields.map((field, at) => (isAllowed[at] ? (open[at] ?? field) : field));
  return guarded.allowed;
}
