import { makeExecutableSchema } from '@graphql-tools/schema';
import { execute, parse } from 'graphql';
import { accessDirectives, accessMatrix, definePolicy, guardSchema } from '../../src/authorization/index.ts';

const roles = Array.from({ length: 8 }, (_, index) => `R${index}`);
const rules = ['', '@auth', '@hasRole(roles: [R1, R2])', '@hasScope(scopes: [["x:read"]])', '@hasRole(roles: [R7])'];

/** Makes the answers of a server with so many types: what the engine says of them, in the shape of the console's queries. */
export async function answersFor(types: number, fieldsOfType: number): Promise<{ matrix: object; shape: object }> {
  const names = Array.from({ length: types }, (_, index) => `Thing${String(index).padStart(4, '0')}`);
  const fields = (type: number): string =>
    Array.from(
      { length: fieldsOfType },
      (_, index) => `field${index}: Int ${rules[(type + index) % rules.length]}`,
    ).join(' ');
  const sdl = `
    ${names.map((name, index) => `type ${name} { id: ID! next: ${names[(index + 1) % types]} ${fields(index)} }`).join('\n')}
    type Guarded @can(action: "read") { id: ID! owner: ID! }
    type Query {
      ${names.map((name) => `${name.toLowerCase()}: ${name} @public`).join('\n')}
      guarded: Guarded @auth
    }`;
  const schema = guardSchema(makeExecutableSchema({ typeDefs: [accessDirectives, sdl] }), {
    principal: () => ({ kind: 'anonymous' as const }),
    roles: Object.fromEntries(roles.map((role, index) => [role, { scopes: index % 2 === 0 ? ['x:read'] : [] }])),
    policies: [definePolicy<{ owner: string }>('Guarded', ({ owner }) => ({ read: owner('owner') }))],
  });
  const lines = accessMatrix(schema).map((line) => ({ ...line, rules: [], policies: [], warnings: [] }));
  const accessScopes = [{ scope: 'x:read', roles: roles.filter((_, index) => index % 2 === 0) }];
  const shape = await execute({ schema, document: parse(shapeQuery) });
  return { matrix: { data: { accessMatrix: lines, accessScopes } }, shape };
}

const shapeQuery = `{ __schema {
  queryType { name } mutationType { name } subscriptionType { name }
  types {
    kind name
    fields(includeDeprecated: true) { name type { ...T } }
    possibleTypes { name }
  }
} }
fragment T on __Type { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name } } } } }`;
