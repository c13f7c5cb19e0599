import { getOperationAST, getVariableValues, GraphQLError, Kind, parse, specifiedRules, validate } from 'graphql';
import type { DocumentNode, FragmentDefinitionNode, GraphQLSchema } from 'graphql';
import { NoSuggestionsRule } from '../introspection/no-suggestions.ts';
import { onceEach } from '../log.ts';
import type { Principal } from '../principal.ts';
import { argsGuardsOf } from '../runtime/args-guards.ts';
import { guardOf } from '../runtime/guard.ts';
import { decisionOn, denialOf, operationFor } from '../runtime/operation.ts';
import type { Operation } from '../runtime/operation.ts';
import type { Request } from '../runtime/selection.ts';
import { visitPaths } from '../runtime/visit-paths.ts';
import type { PathEntry } from '../runtime/visit-paths.ts';
import { argumentDenial } from '../runtime/whole-guard.ts';
import type { ArgsGuards } from '../runtime/whole-guard.ts';
import { demandText, rowsOutcome } from './outcome.ts';
import type { AccessOutcome } from './outcome.ts';

export interface AccessDecision {
  readonly path: string[];
  readonly coordinate: string;
  readonly requirement: string;
  readonly outcome: AccessOutcome;
  readonly reason: string | null;
}

export interface AccessReport {
  readonly allowed: boolean;
  readonly decisions: AccessDecision[];
}

export interface ExplainOptions {
  readonly variables?: Readonly<Record<string, unknown>> | null | undefined;
  readonly operationName?: string | null | undefined;
}

/**
 * What a principal would be refused in an operation, and why, without running any of it. What only an object can tell
 * is `DEPENDS_ON_OBJECT`; nothing is explained below a refusal. `allowed` says that nothing is refused for certain.
 *
 * @throws GraphQLError for a document that does not parse or validate, an unknown operation, or wrong variables
 */
export function explainOperation(
  schema: GraphQLSchema,
  document: DocumentNode | string,
  principal: Principal,
  options: ExplainOptions = {},
): AccessReport {
  const guard = guardOf(schema);
  const operation = operationFor(guard, undefined, principal, onceEach(guard.options.log));
  const request = readRequest(schema, typeof document === 'string' ? parse(document) : document, options);
  const argsGuards = argsGuardsOf(schema, guard);
  const decisions: AccessDecision[] = [];
  let allowed = true;
  visitPaths(request, (path, entries) => {
    const made = entries.map((entry) => explainEntry(operation, request, entry, [...path], argsGuards));
    const known = made.filter((decision) => decision !== undefined);
    decisions.push(...known);
    if (known.length > 0 && known.every(({ outcome }) => outcome === 'DENIED')) allowed = false;
    return entries.filter((_, index) => made[index]?.outcome !== 'DENIED');
  });
  return { allowed, decisions };
}

function readRequest(schema: GraphQLSchema, document: DocumentNode, options: ExplainOptions): Request {
  const [invalid] = validate(schema, document, [...specifiedRules, NoSuggestionsRule]);
  if (invalid !== undefined) throw invalid;
  const operation = getOperationAST(document, options.operationName);
  if (!operation) throw new GraphQLError('Name one operation of the document.');
  const { coerced, errors } = getVariableValues(schema, operation.variableDefinitions ?? [], options.variables ?? {});
  if (errors?.[0] !== undefined) throw errors[0];
  const fragments = document.definitions.filter((node) => node.kind === Kind.FRAGMENT_DEFINITION);
  const byName = fragments.map((node): [string, FragmentDefinitionNode] => [node.name.value, node]);
  return { schema, operation, fragments: Object.fromEntries(byName), variableValues: coerced ?? {} };
}

function explainEntry(
  operation: Operation,
  request: Request,
  entry: PathEntry,
  path: string[],
  argsGuards: ArgsGuards,
): AccessDecision | undefined {
  const coordinate = `${entry.type.name}.${entry.field.name}`;
  const rule = operation.guard.model.fields.get(coordinate);
  if (rule === undefined) return undefined;
  const requirement = demandText(request.schema, rule, operation);
  const decided = (outcome: AccessOutcome, reason: string | null = null): AccessDecision => {
    return { path, coordinate, requirement, outcome, reason };
  };
  const decision = decisionOn(operation, rule.requirement);
  if (!decision.allowed) return decided('DENIED', `${decision.code}: it requires ${decision.reason}`);
  const argument = argumentDenial(operation, request, entry, argsGuards.get(coordinate));
  if (argument !== undefined) return decided('DENIED', `${argument}: an argument is not allowed`);
  const meets = (number: number) => denialOf(operation, number) === undefined;
  const outcome = rowsOutcome(request.schema, rule, operation, meets);
  return decided(outcome, REASONS[outcome]);
}

const REASONS: Readonly<Record<AccessOutcome, string | null>> = {
  ALLOWED: null,
  DENIED: 'the policy allows no object to this principal',
  DEPENDS_ON_OBJECT: 'the policy decides on each object',
};
