import { makeExecutableSchema } from '@graphql-tools/schema';
import { mapSchema, MapperKind } from '@graphql-tools/utils';
import { defaultFieldResolver, execute, GraphQLError, parse, validate } from 'graphql';
import type { ExecutionArgs, ExecutionResult, GraphQLFieldResolver, GraphQLSchema } from 'graphql';
import { accessDirectives, AccessSchemaError, guardSchema } from '../../src/authorization/index.ts';
import type {
  AccessLogEvent,
  GuardOptions,
  Principal,
  RoleTable,
  SignedInPrincipal,
} from '../../src/authorization/index.ts';
import { createExecutor, type Executor } from '../../src/execution/index.ts';

export const roles: RoleTable = {
  VIEWER: { scopes: ['articles:read', 'comments:write'] },
  EDITOR: { includes: ['VIEWER'], scopes: ['articles:write'] },
  MODERATOR: { includes: ['VIEWER'], scopes: ['comments:moderate'] },
  ADMIN: { includes: ['EDITOR', 'MODERATOR'], scopes: ['*'] },
};

export const anonymous: Principal = { kind: 'anonymous' };
export const viewer = user('viewer', ['VIEWER'], ['articles:read', 'comments:write']);
export const editor = user('editor', ['EDITOR'], ['articles:read', 'articles:write', 'comments:write']);
export const admin = user('admin', ['ADMIN'], ['*']);

export function user(id: string, held: readonly string[] = [], scopes: readonly string[] = []): SignedInPrincipal {
  return { kind: 'user', id, roles: held, scopes };
}

type Resolver = (source: never, args: never, contextValue: never, info: never) => unknown;
export type Resolvers = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

export interface Build extends Partial<Omit<GuardOptions<Principal>, 'principal'>> {
  /** By default the context value is the principal. */
  readonly principal?: (contextValue: never) => Principal;
  readonly sdl: string;
  readonly resolvers?: Readonly<Record<string, Readonly<Record<string, Resolver | object | string | number>>>>;
}

export interface Built {
  readonly schema: GraphQLSchema;
  readonly log: AccessLogEvent[];
  /** How often the host's own resolver of a field ran. */
  readonly calls: (coordinate: string) => number;
  /** Runs an operation, whose context is the principal, and answers its data and the code at each path. */
  readonly ask: (document: string, principal: Principal, variables?: object) => Promise<Asked>;
}

export interface Asked {
  readonly data: unknown;
  /** `'a.0.b': 'FORBIDDEN'` */
  readonly codes: Readonly<Record<string, unknown>>;
}

/** A guarded schema whose context value is the principal itself. */
export function build({ sdl, resolvers = {}, principal, ...options }: Build): Built {
  const counts = new Map<string, number>();
  const log: AccessLogEvent[] = [];
  const bare = makeExecutableSchema({ typeDefs: [accessDirectives, sdl], resolvers });
  const schema = guardSchema(counted(bare, counts), {
    principal: (principal ?? identity) as (contextValue: Principal) => Principal,
    roles,
    introspection: 'full',
    log: (event) => log.push(event),
    ...options,
  });
  return {
    schema,
    log,
    calls: (coordinate) => counts.get(coordinate) ?? 0,
    ask: (document, contextValue, variables) => run(schema, document, contextValue, variables),
  };
}

const identity = (contextValue: Principal): Principal => contextValue;

const executors = new WeakMap<GraphQLSchema, Executor>();

/** Executes by graphql-js, or with `TEST_EXECUTOR=plan` by plans: all tests of the engine can be run both ways. */
export function executeBy(args: ExecutionArgs): ReturnType<Executor['execute']> {
  if (process.env['TEST_EXECUTOR'] !== 'plan') return execute(args);
  const executor = executors.get(args.schema) ?? createExecutor(args.schema);
  executors.set(args.schema, executor);
  return executor.execute(args);
}

export async function run(
  schema: GraphQLSchema,
  document: string,
  contextValue: unknown,
  variables: object = {},
): Promise<Asked> {
  const parsed = parse(document);
  const [invalid] = validate(schema, parsed);
  if (invalid !== undefined) throw invalid;
  return asked(await executeBy({ schema, document: parsed, contextValue, variableValues: { ...variables } }));
}

export function asked({ data, errors = [] }: ExecutionResult): Asked {
  const codes = errors.map(({ path, extensions, message }) => [(path ?? []).join('.'), extensions['code'] ?? message]);
  return { data: JSON.parse(JSON.stringify(data ?? null)), codes: Object.fromEntries(codes) };
}

/** Counts the calls of every resolver, explicit or not, behind the guard. */
function counted(schema: GraphQLSchema, counts: Map<string, number>): GraphQLSchema {
  return mapSchema(schema, {
    [MapperKind.OBJECT_FIELD]: (config, fieldName, typeName) => {
      const coordinate = `${typeName}.${fieldName}`;
      const behind: GraphQLFieldResolver<unknown, unknown> = config.resolve ?? defaultFieldResolver;
      const resolve: GraphQLFieldResolver<unknown, unknown> = (source, args, contextValue, info) => {
        counts.set(coordinate, (counts.get(coordinate) ?? 0) + 1);
        return behind(source, args, contextValue, info);
      };
      return { ...config, resolve };
    },
  });
}

/** The coordinates of everything for which a schema does not build; `[]` where it builds. */
export function offenders(options: Build): string[] {
  try {
    build(options);
    return [];
  } catch (error) {
    if (error instanceof AccessSchemaError) return error.problems.map(({ coordinate }) => coordinate);
    throw error;
  }
}

export function codeOf(error: unknown): unknown {
  return error instanceof GraphQLError ? error.extensions['code'] : error;
}
