import { execute, parse } from 'graphql';
import type { DocumentNode, ExecutionResult, GraphQLSchema } from 'graphql';
import { caseNames, cases } from './task.ts';
import type { Caller, CaseName } from './task.ts';

/** Parsed once, as a server that caches documents has them. */
export const documents = Object.fromEntries(caseNames.map((name) => [name, parse(cases[name].query)])) as Record<
  CaseName,
  DocumentNode
>;

/** Runs a case under graphql-js's own `execute`, with a fresh context. */
export const runnerOf =
  (schema: GraphQLSchema) =>
  (caseName: CaseName, caller: Caller): ExecutionResult | Promise<ExecutionResult> =>
    execute({ schema, document: documents[caseName], contextValue: { caller } });
