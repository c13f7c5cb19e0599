import { expect } from '@jest/globals';
import { makeExecutableSchema } from '@graphql-tools/schema';
import { execute, parse } from 'graphql';
import type { DocumentNode, ExecutionArgs, ExecutionResult, GraphQLSchema } from 'graphql';
import { createExecutor } from '../../src/execution/index.ts';

type Resolvers = Parameters<typeof makeExecutableSchema>[0]['resolvers'];

export function schemaOf(typeDefs: string, resolvers: NonNullable<Resolvers> = {}): GraphQLSchema {
  return makeExecutableSchema({ typeDefs, resolvers });
}

export interface Answer {
  readonly data?: unknown;
  /** `'a.0.b': message`; without a path, the message under ''. */
  readonly errors?: Readonly<Record<string, string>>;
}

type Given = Partial<Omit<ExecutionArgs, 'document' | 'schema'>>;

/** Executes by graphql-js, and twice by a plan; all three answer the same, which is told in short. */
export async function answerOf(
  schema: GraphQLSchema,
  query: string | DocumentNode,
  given: Given = {},
): Promise<Answer> {
  const document = typeof query === 'string' ? parse(query) : query;
  const args = { schema, document, ...given };
  const expected = await execute(args);
  const executor = createExecutor(schema);
  for (let turn = 0; turn < 2; turn += 1) {
    // eslint-disable-next-line no-await-in-loop
    const found = await executor.execute(args);
    expect(textOf(found)).toBe(textOf(expected));
  }
  return inShort(expected);
}

function inShort({ data, errors }: ExecutionResult): Answer {
  const told = errors?.map(({ path, message }) => [(path ?? []).join('.'), message]);
  return {
    ...(data === undefined ? {} : { data: JSON.parse(JSON.stringify(data)) as unknown }),
    ...(told === undefined ? {} : { errors: Object.fromEntries(told) as Record<string, string> }),
  };
}

/** Keys in their order, errors in theirs, with locations, extensions and what they were made from. */
function textOf({ data, errors }: ExecutionResult): string {
  const told = errors?.map((error) => ({ ...error.toJSON(), original: String(error.originalError) }));
  return JSON.stringify({ data, told }, undefined, 1);
}
