import { execute, parse } from 'graphql';
import type { DocumentNode, ExecutionArgs, ExecutionResult, GraphQLSchema } from 'graphql';
import { createExecutor } from '../../src/execution/index.ts';
import { caseNames, cases } from './task.ts';
import type { Caller, CaseName } from './task.ts';

/** Parsed once, as a server that caches documents has them. */
export const documents = Object.fromEntries(caseNames.map((name) => [name, parse(cases[name].query)])) as Record<
  CaseName,
  DocumentNode
>;

type Execute = (args: ExecutionArgs) => ExecutionResult | Promise<ExecutionResult>;

/** Runs a case under graphql-js's own `execute`, or another, with a fresh context. */
export const runnerOf =
  (schema: GraphQLSchema, executeBy: Execute = execute) =>
  (caseName: CaseName, caller: Caller): ExecutionResult | Promise<ExecutionResult> =>
    executeBy({ schema, document: documents[caseName], contextValue: { caller } });

/** The same by plans. */
export const planRunnerOf = (schema: GraphQLSchema): ReturnType<typeof runnerOf> =>
  runnerOf(schema, createExecutor(schema).execute);
