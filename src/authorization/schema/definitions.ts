import { buildSchema, getNamedType, isEnumType, isScalarType, isSpecifiedScalarType } from 'graphql';
import type { GraphQLArgument, GraphQLDirective, GraphQLSchema, GraphQLType } from 'graphql';
import type { Offence } from '../errors.ts';
import { accessDirectives } from './sdl.ts';

const EXPECTED = buildSchema(`${accessDirectives} type Query { unused: Boolean }`);

/** Directives of our names that mean something else: they would be read as ours, so they do not build. */
export function offencesOfDefinitions(schema: GraphQLSchema): Offence[] {
  return EXPECTED.getDirectives().flatMap((expected) => {
    const declared = schema.getDirective(expected.name);
    const problem = declared ? problemOfDefinition(declared, expected) : undefined;
    return problem === undefined ? [] : [offence(`@${expected.name}`, problem)];
  });
}

/** An argument that a directive of ours does not have: to ignore it could mean to demand less than was meant. */
export function strangeArgument(name: string, args: Readonly<Record<string, unknown>>): string | undefined {
  const known = EXPECTED.getDirective(name)?.args;
  return known && Object.keys(args).find((arg) => known.every((own) => own.name !== arg));
}

function offence(coordinate: string, problem: string): Offence {
  return { coordinate, problem, remedy: 'Declare it as `accessDirectives` does, or give yours another name.' };
}

function names(args: readonly GraphQLArgument[]): string {
  return args
    .map(({ name }) => name)
    .toSorted()
    .join(', ');
}

function problemOfDefinition(declared: GraphQLDirective, expected: GraphQLDirective): string | undefined {
  if (names(declared.args) !== names(expected.args)) return 'it is declared with other arguments.';
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

/** Names may be text, an enum of the host's, or a scalar of its own; numbers and booleans are what they are. */
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
