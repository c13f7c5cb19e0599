import {
  getOperationAST,
  getVariableValues,
  GraphQLError,
  Kind,
  parse,
  specifiedRules,
  validate,
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type ValidationRule,
} from 'graphql';
import { NoSuggestionsRule } from '../introspection/no-suggestions.ts';
import { onceEach } from '../model/access-log.ts';
import type { Principal } from '../model/principal.ts';
import { argumentGuardsOf, type ArgumentGuards } from '../runtime/argument-guard.ts';
import { decisionOn, denialOf } from '../runtime/decisions.ts';
import { guardOf, type Operation } from '../runtime/guard.ts';
import { argumentDenial } from '../runtime/operation-guard.ts';
import { operationFor } from '../runtime/operation.ts';
import type { Request } from '../runtime/requested-fields.ts';
import { visitPaths, type PathEntry } from '../runtime/visit-paths.ts';
import { demandText, rowsOutcome, type AccessOutcome } from './outcome.ts';

/** The decision on one path of an operation, and its reason. Paths have no list indices. */
export interface AccessDecision {
  readonly path: string[];
  readonly coordinate: string;
  readonly requirement: string;
  readonly outcome: AccessOutcome;
  readonly reason: string | null;
  /** The argument, the input field or the enum value that is refused, if one is, and what it requires. */
  readonly refusedInput?: RefusedInput;
}

/** A part of the input of a field that is refused, and what it requires, in words. */
export interface RefusedInput {
  readonly coordinate: string;
  readonly requirement: string;
}

/** The decisions on all paths of an operation. `allowed`: nothing is refused for certain. */
export interface AccessReport {
  readonly allowed: boolean;
  readonly decisions: AccessDecision[];
}

/** The variables and the name of the operation, as a request carries them. */
export interface ExplainOptions {
  readonly variables?: Readonly<Record<string, unknown>> | null | undefined;
  readonly operationName?: string | null | undefined;
  /** The rules of validation that the host has besides those of GraphQL. */
  readonly rules?: readonly ValidationRule[];
  /** Checks an operation that is valid, before it is explained. @throws to refuse it. */
  readonly check?: (
    schema: GraphQLSchema,
    operation: OperationDefinitionNode,
    fragments: ReadonlyMap<string, FragmentDefinitionNode>,
    variables: Readonly<Record<string, unknown>>,
  ) => void;
}

/**
 * Explains what a principal would be refused in an operation, and why, without running any of it. What only an object
 * can tell is `DEPENDS_ON_OBJECT`; nothing is explained below a refusal.
 *
 * @throws GraphQLError for a document that does not parse or validate, an unknown operation, or wrong variables
 * @throws what `check` does
 * @throws TypeError for a schema that is not guarded
 * @example
 * explainOperation(schema, '{ notes { remarks } }', { kind: 'anonymous' }).allowed; // false
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
  const argumentGuards = argumentGuardsOf(schema, guard);
  const decisions: AccessDecision[] = [];
  let allowed = true;
  visitPaths(request, (path, entries) => {
    const made = entries.map((entry) => explainEntry(operation, request, entry, [...path], argumentGuards));
    const known = made.filter((decision) => decision !== undefined);
    decisions.push(...known);
    if (known.length > 0 && known.every(({ outcome }) => outcome === 'DENIED')) allowed = false;
    return entries.filter((_, index) => made[index]?.outcome !== 'DENIED');
  });
  return { allowed, decisions };
}

function readRequest(schema: GraphQLSchema, document: DocumentNode, options: ExplainOptions): Request {
  const [invalid] = validate(schema, document, [...specifiedRules, NoSuggestionsRule, ...(options.rules ?? [])]);
  if (invalid !== undefined) throw invalid;
  const operation = getOperationAST(document, options.operationName);
  if (!operation) throw new GraphQLError('Set `operationName` to one operation of the document.');
  const { coerced, errors } = getVariableValues(schema, operation.variableDefinitions ?? [], options.variables ?? {});
  if (errors?.[0] !== undefined) throw errors[0];
  const fragments = document.definitions.filter((node) => node.kind === Kind.FRAGMENT_DEFINITION);
  const byName = fragments.map((node): [string, FragmentDefinitionNode] => [node.name.value, node]);
  const variableValues = coerced ?? {};
  options.check?.(schema, operation, new Map(byName), variableValues);
  return { schema, operation, fragments: Object.fromEntries(byName), variableValues };
}

function explainEntry(
  operation: Operation,
  request: Request,
  entry: PathEntry,
  path: string[],
  argumentGuards: ArgumentGuards,
): AccessDecision | undefined {
  const coordinate = `${entry.type.name}.${entry.field.name}`;
  const rule = operation.guard.model.fields.get(coordinate);
  if (rule === undefined) return undefined;
  const requirement = demandText(request.schema, rule, operation);
  const decided = (outcome: AccessOutcome, reason: string | null): AccessDecision => {
    return { path, coordinate, requirement, outcome, reason };
  };
  const decision = decisionOn(operation, rule.requirement);
  if (!decision.allowed) return decided('DENIED', `${decision.code}: it requires ${decision.reason}`);
  const denial = argumentDenial(operation, request, entry, argumentGuards.get(coordinate));
  if (denial !== undefined) {
    const required = operation.guard.model.requirements.list[denial.requirement]?.text ?? '';
    const reason = `${denial.code}: ${denial.coordinate} requires ${required}`;
    return { ...decided('DENIED', reason), refusedInput: { coordinate: denial.coordinate, requirement: required } };
  }
  const meets = (number: number) => denialOf(operation, number) === undefined;
  const outcome = rowsOutcome(request.schema, rule, operation, meets);
  return decided(outcome, reasons[outcome]);
}

const reasons: Readonly<Record<AccessOutcome, string | null>> = {
  ALLOWED: null,
  DENIED: 'the policy allows no object to this principal',
  DEPENDS_ON_OBJECT: 'the policy decides on each object',
};
