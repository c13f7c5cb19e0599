import { isObjectType, type GraphQLSchema } from 'graphql';
import { anonymous, type Principal } from '../model/principal.ts';
import type { PolicyContext } from '../policy/policy-context.ts';
import { canReach } from '../runtime/decisions.ts';
import { guardOf, type Guard, type Operation } from '../runtime/guard.ts';
import { operationFor } from '../runtime/operation.ts';
import { demandText, rowsOutcome, type AccessOutcome } from './outcome.ts';

/** The outcome for the holders of one role. */
export interface RoleAccess<RoleName extends string = string> {
  readonly role: RoleName;
  readonly outcome: AccessOutcome;
}

/** One row of the access matrix: a schema coordinate, its requirement in words, and the outcome for each role. */
export interface FieldAccess<RoleName extends string = string> {
  readonly coordinate: string;
  readonly requirement: string;
  readonly anonymous: AccessOutcome;
  readonly roles: RoleAccess<RoleName>[];
}

/** One line of the matrix, to be evaluated for each role. */
interface Line {
  readonly coordinate: string;
  readonly requirement: string;
  readonly outcome: (operation: Operation) => AccessOutcome;
}

/**
 * Lists who can see what: every field of an object, and every argument, input field and enum value with a requirement,
 * for anonymous and for a user of each role alone who has just signed in with a second factor, on any network. Sorted
 * by coordinate, so that a change of access shows as a change of lines in a committed file.
 *
 * @typeParam RoleName the names in the host's role table
 * @throws TypeError for a schema that is not guarded
 * @example
 * accessMatrix(schema); // [{ coordinate: 'Query.notes', requirement: 'role EDITOR', anonymous: 'DENIED', roles: […] }]
 */
export function accessMatrix<RoleName extends string = string>(schema: GraphQLSchema): FieldAccess<RoleName>[] {
  const guard = guardOf(schema);
  // eslint-disable-next-line typescript/no-unsafe-type-assertion
  const names = guard.roles.names as readonly RoleName[];
  const visitor = hypothetical(guard, anonymous);
  const roles = names.map((role) => ({ role, operation: hypothetical(guard, holderOf(guard, role)) }));
  return linesOf(guard, schema, visitor)
    .toSorted((a, b) => (a.coordinate < b.coordinate ? -1 : 1))
    .map(({ coordinate, requirement, outcome }) => ({
      coordinate,
      requirement,
      anonymous: outcome(visitor),
      roles: roles.map(({ role, operation }) => ({ role, outcome: outcome(operation) })),
    }));
}

function holderOf(guard: Guard, role: string): Principal {
  return { kind: 'user', id: role, roles: [role], scopes: guard.roles.scopesOf(role) };
}

/** Makes an operation of a made-up principal. What a filter function would ask of it depends on the object. */
function hypothetical(guard: Guard, principal: Principal): Operation {
  const operation = operationFor(guard, undefined, principal, () => undefined);
  const { evaluation } = operation;
  const unknown = [{ property: 'id', operator: '$eq', operand: principal } as const];
  const testsOf: PolicyContext['testsOf'] = (type, condition) =>
    'filter' in condition ? evaluation.testsOf(type, condition) : unknown;
  return { ...operation, evaluation: { ...evaluation, testsOf } };
}

function linesOf(guard: Guard, schema: GraphQLSchema, sample: Operation): readonly Line[] {
  const { model } = guard;
  const fields = [...model.fields.values()].filter(({ typeName }) => isObjectType(schema.getType(typeName)));
  const ofFields = fields.map((rule) => ({
    coordinate: rule.coordinate,
    requirement: demandText(schema, rule, sample),
    outcome: (operation: Operation): AccessOutcome => {
      const meets = (requirement: number) => canReach(operation, requirement);
      return meets(rule.requirement) ? rowsOutcome(schema, rule, operation, meets) : 'DENIED';
    },
  }));
  const ofArgs = fields.flatMap(({ coordinate, args }) =>
    [...args].map(([name, requirement]) => inputLine(guard, `${coordinate}(${name}:)`, requirement)),
  );
  const ofInputs = [...model.inputFields, ...model.enumValues].map(([at, number]) => inputLine(guard, at, number));
  return [...ofFields, ...ofArgs, ...ofInputs];
}

function inputLine(guard: Guard, coordinate: string, requirement: number): Line {
  return {
    coordinate,
    requirement: guard.model.requirements.list[requirement]?.text ?? '',
    outcome: (operation) => (canReach(operation, requirement) ? 'ALLOWED' : 'DENIED'),
  };
}
