import {
  buildSchema,
  getNamedType,
  isEnumType,
  isScalarType,
  isSpecifiedScalarType,
  type GraphQLArgument,
  type GraphQLDirective,
  type GraphQLSchema,
  type GraphQLType,
} from 'graphql';
import type { SchemaProblem } from '../model/access-errors.ts';
import { accessDirectives } from './access-directives.ts';

const own = buildSchema(`${accessDirectives} type Query { unused: Boolean }`);

/** Federation's access directives, for every place at which the engine reads them. */
const federations = buildSchema(/* GraphQL */ `
  directive @authenticated on OBJECT | INTERFACE | UNION | FIELD_DEFINITION | ARGUMENT_DEFINITION | INPUT_FIELD_DEFINITION | ENUM | ENUM_VALUE | SCALAR
  directive @requiresScopes(
    scopes: [[String!]!]!
  ) repeatable on OBJECT | INTERFACE | UNION | FIELD_DEFINITION | ARGUMENT_DEFINITION | INPUT_FIELD_DEFINITION | ENUM | ENUM_VALUE | SCALAR
  directive @policy(
    policies: [[String!]!]!
  ) repeatable on OBJECT | INTERFACE | UNION | FIELD_DEFINITION | ARGUMENT_DEFINITION | INPUT_FIELD_DEFINITION | ENUM | ENUM_VALUE | SCALAR
  type Query {
    unused: Boolean
  }
`);

const specified = new Set(['skip', 'include', 'deprecated', 'specifiedBy', 'oneOf']);

/** The names of the engine's own directives. */
export const ownDirectiveNames: ReadonlySet<string> = new Set(
  own.getDirectives().flatMap(({ name }) => (specified.has(name) ? [] : [name])),
);

/** The names under which a schema has access directives, each with the name under which the engine knows it. */
export type DirectiveNames = ReadonlyMap<string, string>;

function expectedDefinition(canonical: string): GraphQLDirective | undefined {
  return (ownDirectiveNames.has(canonical) ? own : federations).getDirective(canonical) ?? undefined;
}

/** Finds directives of our names that are defined differently: they would be read as ours, so they do not build. */
export function problemsOfDefinitions(schema: GraphQLSchema, names: DirectiveNames): SchemaProblem[] {
  return [...names].flatMap(([name, canonical]) => {
    const declared = schema.getDirective(name);
    const expected = expectedDefinition(canonical);
    const problem = declared && expected ? problemOfDefinition(declared, expected) : undefined;
    return problem === undefined ? [] : [definitionProblem(`@${name}`, problem)];
  });
}

/** Finds an argument that a directive of ours does not have: to ignore it could mean to demand less than was meant. */
export function unknownArgument(canonical: string, args: Readonly<Record<string, unknown>>): string | undefined {
  const known = expectedDefinition(canonical)?.args;
  return known && Object.keys(args).find((arg) => known.every(({ name }) => name !== arg));
}

/** Finds the access directive that an unknown name is probably meant to be: the same but for one letter or its case. */
export function similarDirective(name: string, names: DirectiveNames): string | undefined {
  return [...names.keys()].find((known) => known !== name && isSimilar(known.toLowerCase(), name.toLowerCase()));
}

/** Tells whether two texts are equal but for one letter that is other, missing, or one too many. */
function isSimilar(a: string, b: string): boolean {
  if (Math.abs(a.length - b.length) > 1) return false;
  const start = Array.from(a).findIndex((letter, index) => letter !== b[index]);
  if (start === -1) return true;
  const [restOfA, restOfB] = [a.slice(start), b.slice(start)];
  return restOfA.slice(1) === restOfB.slice(1) || restOfA === restOfB.slice(1) || restOfA.slice(1) === restOfB;
}

function definitionProblem(coordinate: string, problem: string): SchemaProblem {
  return { coordinate, problem, remedy: 'Declare it as the engine or Federation does, or give yours another name.' };
}

function argumentNames(args: readonly GraphQLArgument[]): string {
  return args
    .map(({ name }) => name)
    .toSorted()
    .join(', ');
}

function problemOfDefinition(declared: GraphQLDirective, expected: GraphQLDirective): string | undefined {
  if (argumentNames(declared.args) !== argumentNames(expected.args)) return 'it is declared with other arguments.';
  const misfit = declared.args.find(
    (arg) =>
      !fits(
        arg,
        expected.args.find(({ name }) => name === arg.name),
      ),
  );
  if (misfit !== undefined) return `its argument ${misfit.name} is declared with another type or default.`;
  const isOurs = declared.locations.every((location) => expected.locations.includes(location));
  return isOurs ? undefined : 'it is declared for other places.';
}

function fits(declared: GraphQLArgument, expected: GraphQLArgument | undefined): boolean {
  if (expected === undefined || listDepth(declared.type) !== listDepth(expected.type)) return false;
  const hasOurDefault = declared.defaultValue === undefined || declared.defaultValue === expected.defaultValue;
  return hasOurDefault && isSameLeaf(declared.type, expected.type);
}

/** Compares the innermost types. The host may declare text as an enum or a custom scalar; other types are fixed. */
function isSameLeaf(declared: GraphQLType, expected: GraphQLType): boolean {
  const [leaf, ours] = [getNamedType(declared), getNamedType(expected)];
  if (leaf.name === ours.name) return true;
  const ourLeafIsText = isEnumType(ours) || ours.name === 'String';
  return (
    ourLeafIsText &&
    (isEnumType(leaf) || leaf.name === 'String' || (isScalarType(leaf) && !isSpecifiedScalarType(leaf)))
  );
}

function listDepth(type: GraphQLType): number {
  return String(type).split('[').length;
}
