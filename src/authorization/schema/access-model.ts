import type { RequirementTable } from './requirement-table.ts';

/** The row that a root field decides on before it runs: its type, the action, and the argument path of its id. */
export interface SubjectRule {
  readonly type: string;
  readonly action: string;
  readonly idPath: readonly string[];
}

/** The compiled rules of one field. Requirements are numbers of the requirement table. */
export interface FieldRule {
  readonly coordinate: string;
  readonly typeName: string;
  readonly fieldName: string;
  /**
   * The number of all that is demanded before the resolver runs: by the field, its type, their interfaces, its return
   * type.
   */
  readonly requirement: number;
  /** The actions that the parent row must allow. */
  readonly actions: readonly string[];
  readonly subjects: readonly SubjectRule[];
  /** The requirement of each argument that has one, its type's included. */
  readonly args: ReadonlyMap<string, number>;
  /** The name of the type that the field returns, bare of lists. */
  readonly returns: string;
  readonly isPublic: boolean;
  readonly isRoot: boolean;
  /** True if the list that it returns answers by position, so that a refused row is null in its place. */
  readonly isPositional: boolean;
}

/** The requirement that a type makes of the principal, and the actions that its policy must allow for each row. */
export interface TypeRule {
  readonly requirement: number;
  readonly actions: readonly string[];
}

/** The compiled access rules of a schema, with all that is inherited. Keyed by schema coordinates. */
export interface AccessModel {
  readonly requirements: RequirementTable;
  readonly types: ReadonlyMap<string, TypeRule>;
  readonly fields: ReadonlyMap<string, FieldRule>;
  /** Requirements of input fields, their types' included, by `Input.field`. */
  readonly inputFields: ReadonlyMap<string, number>;
  /** Requirements of enum values, by `Enum.VALUE`; those of the enum itself are apart, in `types`. */
  readonly enumValues: ReadonlyMap<string, number>;
}
