import type { RequirementTable } from './requirement-table.ts';

/** A row that a root field decides on before it runs: of which type, for which action, and where its id stands. */
export interface SubjectRule {
  readonly type: string;
  readonly action: string;
  readonly idPath: readonly string[];
}

export interface FieldRule {
  readonly coordinate: string;
  readonly typeName: string;
  readonly fieldName: string;
  /** All that is demanded before the resolver runs: by the field, its type, their interfaces, and what it returns. */
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
}

/** What a type demands of everyone who meets it: of the principal, and for each row. */
export interface TypeRule {
  readonly requirement: number;
  readonly actions: readonly string[];
}

/** The access rules of a schema, compiled: everything inherited is in its place. Keyed by schema coordinates. */
export interface AccessModel {
  readonly requirements: RequirementTable;
  readonly types: ReadonlyMap<string, TypeRule>;
  readonly fields: ReadonlyMap<string, FieldRule>;
  /** Requirements of input fields, their types' included, by `Input.field`. */
  readonly inputFields: ReadonlyMap<string, number>;
  /** Requirements of enum values, by `Enum.VALUE`; those of the enum itself are apart, in `types`. */
  readonly enumValues: ReadonlyMap<string, number>;
}
