import {
  getNamedType,
  isInterfaceType,
  isObjectType,
  type GraphQLField,
  type GraphQLInterfaceType,
  type GraphQLNamedType,
  type GraphQLObjectType,
} from 'graphql';
import type { Clause } from '../model/clause.ts';
import type { SchemaElement } from './applied-directives.ts';

export type Field = GraphQLField<unknown, unknown>;
export type Composite = GraphQLObjectType | GraphQLInterfaceType;

/** Reads the clauses that stand on one element. */
export type ClausesOf = (element: SchemaElement, coordinate: string) => readonly Clause[];

/** Adds up the clauses of a type and of its interfaces. */
export function typeClauses(clausesOf: ClausesOf, type: GraphQLNamedType): readonly Clause[] {
  return lineage(type).flatMap((ancestor) => clausesOf(ancestor, ancestor.name));
}

/**
 * Adds up all that a field demands before it runs: its own clauses, its type's, their interfaces', its return type's.
 */
export function fieldClauses(clausesOf: ClausesOf, type: Composite, field: Field): readonly Clause[] {
  return [
    ...typeClauses(clausesOf, type),
    ...fieldLineage(type, field.name).flatMap((line) => clausesOf(line.field, line.coordinate)),
    ...typeClauses(clausesOf, getNamedType(field.type)),
  ];
}

/** Lists a type and the interfaces that it implements, whose demands it inherits. */
function lineage(type: GraphQLNamedType): readonly GraphQLNamedType[] {
  return isObjectType(type) || isInterfaceType(type) ? [type, ...type.getInterfaces()] : [type];
}

/** Lists a field and the interface fields that it implements, each with its coordinate. */
export function fieldLineage(type: Composite, name: string): ReadonlyArray<{ field: Field; coordinate: string }> {
  return [type, ...type.getInterfaces()].flatMap((ancestor) => {
    const field = ancestor.getFields()[name];
    return field === undefined ? [] : [{ field, coordinate: `${ancestor.name}.${name}` }];
  });
}
