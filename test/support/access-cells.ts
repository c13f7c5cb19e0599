import {
  getNamedType,
  getNullableType,
  isEnumType,
  isInputObjectType,
  isLeafType,
  isListType,
  isObjectType,
  isRequiredArgument,
  isRequiredInputField,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLObjectType,
} from 'graphql';
import { createRights } from '../../src/access/rights-of-roles.ts';
import { roles } from '../../src/access/roles.ts';
import { madeUp } from '../../src/access/simulate.ts';
import type { Principal } from '../../src/authorization/index.ts';
import type { Answer } from './client.ts';
import type { SignedIn, TestServer } from './server.ts';

/** Documents that ask for one coordinate of the server's schema, and what its answers tell of it. */

/** The columns of the access matrix. */
export const callers = ['anonymous', ...Object.keys(roles)];

/** Asks as the caller of a column, by a session that is renewed if what was asked before has ended it. */
export function createAskAs(server: () => TestServer): (caller: string, document: string) => Promise<Answer> {
  const clients = new Map<string, SignedIn>();
  const renew = async (caller: string): Promise<SignedIn> => {
    const signedIn = await server().signIn(caller.toLowerCase());
    clients.set(caller, signedIn);
    return signedIn;
  };
  return async (caller, document) => {
    if (caller === 'anonymous') return server().ask(document);
    const answer = await (clients.get(caller) ?? (await renew(caller))).ask(document);
    return answer.status === 401 ? (await renew(caller)).ask(document) : answer;
  };
}

/** The caller whom the simulator makes up for a column of the matrix. */
export const madeUpFor = (caller: string): Principal =>
  madeUp({ rightsOf: createRights(roles), now: new Date() }, caller === 'anonymous' ? {} : { roles: [caller] });

export type Field = GraphQLField<unknown, unknown>;

/** Fields from a root to a type, each with the arguments that it requires. */
export type Route = ReadonlyArray<{ readonly text: string; readonly coordinate: string }>;

export const typeNameOf = (coordinate: string): string => coordinate.split('.')[0] ?? '';

/** The ways to the objects of each type from a root, the shortest first, at most so many. */
export function routesTo(root: GraphQLObjectType, most = 6): ReadonlyMap<string, readonly Route[]> {
  const found = new Map<string, Route[]>([[root.name, [[]]]]);
  let ends: ReadonlyArray<readonly [GraphQLObjectType, Route]> = [[root, []]];
  for (let depth = 0; depth < 5; depth += 1) {
    ends = ends.flatMap(([type, route]) =>
      Object.values(type.getFields()).flatMap((field): Array<readonly [GraphQLObjectType, Route]> => {
        const target = getNamedType(field.type);
        const known = found.get(target.name) ?? [];
        if (!isObjectType(target) || known.length >= most) return [];
        const longer = [...route, { text: textOf(field), coordinate: `${type.name}.${field.name}` }];
        found.set(target.name, [...known, longer]);
        return [[target, longer]];
      }),
    );
  }
  return found;
}

const id = '01900000-0000-7000-8000-000000000000';

/** Values of input fields that would be refused as text of any kind. */
const madeUpInputs: Readonly<Record<string, string>> = { operation: '"{ me { id } }"' };

/** Text that names one coordinate among its values, and all coordinates that it supplies. */
export interface Supply {
  readonly text: string;
  readonly supplied: readonly string[];
}

/** A field with made-up values of what it requires, as few as can be. */
export const textOf = (field: Field): string => called(field, {}).text;

const numbers: Readonly<Record<string, string>> = { first: '5', last: '5' };

/** A field with made-up values of what it requires, and with these arguments. */
function called(field: Field, given: Readonly<Record<string, Supply>>): Supply {
  const args = field.args
    .filter((arg) => isRequiredArgument(arg) || arg.name in given || (arg.name === 'first' && !('last' in given)))
    .map(({ name, type }) => ({ name, value: given[name] ?? { text: numbers[name] ?? valueOf(type), supplied: [] } }));
  const written = args.map(({ name, value }) => `${name}: ${value.text}`);
  return {
    text: `${field.name}${written.length === 0 ? '' : `(${written.join(', ')})`}`,
    supplied: args.flatMap(({ value }) => value.supplied),
  };
}

function valueOf(type: GraphQLInputType): string {
  const bare = getNullableType(type);
  if (isListType(bare)) return `[${valueOf(bare.ofType)}]`;
  if (isEnumType(bare)) return bare.getValues()[0]?.name ?? '';
  if (isInputObjectType(bare)) {
    const required = Object.values(bare.getFields()).filter(isRequiredInputField);
    return `{ ${required.map((own) => `${own.name}: ${madeUpInputs[own.name] ?? valueOf(own.type)}`).join(' ')} }`;
  }
  const texts: Readonly<Record<string, string>> = { ID: `"${id}"`, Int: '1', Boolean: 'true', JSON: '{}' };
  const strict: Readonly<Record<string, string>> = {
    EmailAddress: '"nobody@example.com"',
    DateTime: '"2026-01-01T00:00:00Z"',
  };
  return texts[String(bare)] ?? strict[String(bare)] ?? '"none at all"';
}

/** The calls of a field that supply each of its arguments, each input field in them, and each value of their enums. */
export const callsOf = (coordinate: string, field: Field): readonly Supply[] =>
  field.args.flatMap((arg) => {
    const at = `${coordinate}(${arg.name}:)`;
    return valuesOf(arg.type, numbers[arg.name] ?? madeUpInputs[arg.name]).map(({ text, supplied }) =>
      called(field, { [arg.name]: { text, supplied: [...supplied, at] } }),
    );
  });

/** The values of a type: one that is as small as can be, and one for each coordinate within; the first supplied is it. */
function valuesOf(type: GraphQLInputType, madeUpText?: string, above: readonly string[] = []): readonly Supply[] {
  const bare = getNullableType(type);
  if (isListType(bare))
    return valuesOf(bare.ofType, undefined, above).map(({ text, supplied }) => ({ text: `[${text}]`, supplied }));
  if (isEnumType(bare)) return bare.getValues().map(({ name }) => ({ text: name, supplied: [`${bare.name}.${name}`] }));
  const smallest = { text: madeUpText ?? valueOf(bare), supplied: [] };
  if (!isInputObjectType(bare) || above.includes(bare.name)) return [smallest];
  const fields = Object.values(bare.getFields());
  return [
    smallest,
    ...fields.flatMap((own) =>
      valuesOf(own.type, madeUpInputs[own.name], [...above, bare.name]).map(({ text, supplied }) => {
        const others = fields.filter((other) => other !== own && isRequiredInputField(other));
        const written = others.map((other) => `${other.name}: ${madeUpInputs[other.name] ?? valueOf(other.type)}`);
        return {
          text: `{ ${[`${own.name}: ${text}`, ...written].join(' ')} }`,
          supplied: [...supplied, `${bare.name}.${own.name}`],
        };
      }),
    ),
  ];
}

/** Writes the document that asks for a field at the end of a route. */
export function documentOf(operation: string, route: Route, field: Field, call = textOf(field)): string {
  const leaf = isLeafType(getNamedType(field.type)) ? '' : ' { __typename }';
  const selected = [...route.map(({ text }) => text), `${call}${leaf}`];
  return `${operation} { ${selected.join(' { ')}${' }'.repeat(selected.length)}`;
}

/** The keys of an answer that lead to a field at the end of a route. */
export const keysOf = (route: Route, field: Field): readonly string[] => [
  ...route.map(({ coordinate }) => coordinate.split('.')[1] ?? ''),
  field.name,
];

/** Refusals of the engine, not of a service that answers the same code; a factor and the time of a sign-in the matrix takes for given. */
const refusals: ReadonlySet<string> = new Set(['Sign in to continue.', 'You are not allowed to do this.']);

export const isRefusal = ({ message }: { readonly message: string }): boolean => refusals.has(message);

/**
 * Tells whether the field at the end of a route was refused, failed behind its guards, or was answered for some object;
 * none of it if it was not reached.
 */
export function fateOf({ body }: Answer, keys: readonly string[]): 'refused' | 'failed' | 'answered' | 'not reached' {
  const isHere = (path: ReadonlyArray<string | number> = []): boolean =>
    path.filter((key) => typeof key === 'string').join('.') === keys.join('.');
  const failed = (body.errors ?? []).filter(({ path }) => isHere(path));
  if (failed.some(isRefusal)) return 'refused';
  if (failed.length > 0) return 'failed';
  return hasKey(body.data, keys) ? 'answered' : 'not reached';
}

function hasKey(value: unknown, [key, ...further]: readonly string[]): boolean {
  if (key === undefined) return true;
  if (Array.isArray(value)) return value.some((item) => hasKey(item, [key, ...further]));
  return typeof value === 'object' && value !== null && key in value && hasKey(Reflect.get(value, key), further);
}
