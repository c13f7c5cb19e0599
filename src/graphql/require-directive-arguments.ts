import {
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLSchema,
  getNullableType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
} from 'graphql';
import { StartError } from '../errors.ts';
import { weightOf } from './cost-directive.ts';
import { rateLimitsOf } from './rate-limit-directive.ts';

type Field = GraphQLField<unknown, unknown>;

/**
 * Requires that `@rateLimit` and `@cost` say what can be done: an argument that the field does not have would make one
 * caller of all, and a negative weight would pay for the fields beside it.
 * @throws StartError that lists every mistake.
 */
export function requireDirectiveArguments(schema: GraphQLSchema): void {
  const mistakes = Object.values(schema.getTypeMap()).flatMap((type) =>
    isObjectType(type) || isInterfaceType(type)
      ? Object.values(type.getFields()).flatMap((field) =>
          mistakesOf(schema, field).map((mistake) => `${type.name}.${field.name} ${mistake}`),
        )
      : [],
  );
  if (mistakes.length > 0) throw new StartError(mistakes.join('\n'));
}

function mistakesOf(schema: GraphQLSchema, field: Field): string[] {
  const paths = rateLimitsOf(schema, field).flatMap(({ identityArgs = [] }) => identityArgs);
  const unknown = paths.filter((path) => !hasArgument(field, path.split('.')));
  return [
    ...unknown.map((path) => `@rateLimit: the field has no argument ${path}. Correct its identityArgs.`),
    ...(weightOf(schema, field) < 0 ? ['@cost: its weight is below 0. Give 0 or more.'] : []),
  ];
}

function hasArgument({ args }: Field, [name, ...path]: readonly string[]): boolean {
  const type = args.find((argument) => argument.name === name)?.type;
  return type !== undefined && hasPath(type, path);
}

/** A list has no fields: which of its members would be meant? */
function hasPath(type: GraphQLInputType, [name, ...path]: readonly string[]): boolean {
  if (name === undefined) return true;
  const single = getNullableType(type);
  const field = isInputObjectType(single) ? single.getFields()[name] : undefined;
  return field !== undefined && hasPath(field.type, path);
}
