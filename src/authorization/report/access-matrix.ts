import { isObjectType } from 'graphql';
import type { GraphQLSchema } from 'graphql';
import { reaches } from '../introspection/reach.ts';
import { ANONYMOUS } from '../principal.ts';
import type { Principal } from '../principal.ts';
import { guardOf } from '../runtime/guard.ts';
import type { Guard } from '../runtime/guard.ts';
import { operationFor } from '../runtime/operation.ts';
import type { Operation } from '../runtime/operation.ts';
import { demandText, rowsOutcome } from './outcome.ts';
import type { AccessOutcome } from './outcome.ts';

export interface RoleAccess<RoleName extends string = string> {
  readonly role: RoleName;
  readonly outcome: AccessOutcome;
}

export interface FieldAccess<RoleName extends string = string> {
  readonly coordinate: string;
  readonly requirement: string;
  readonly anonymous: AccessOutcome;
  readonly roles: RoleAccess<RoleName>[];
}

/** One line of the matrix, before anybody is put in front of it. */
interface Line {
  readonly coordinate: string;
  readonly requirement: string;
  readonly outcome: (operation: Operation) => AccessOutcome;
}

/**
 * Who can see what: every field of an object, and every argument, input field and enum value with a requirement,
 * against anonymous and a user of each role alone, who has just signed in with a second factor on any network. Sorted
 * by coordinate, so that a change of access shows as a change of lines.
 *
 * @typeParam RoleName the host's word for the names in its role table
 */
export function accessMatrix<RoleName extends string = string>(schema: GraphQLSchema): FieldAccess<RoleName>[] {
  const guard = guardOf(schema);
  // eslint-disable-next-line typescript/no-unsafe-type-assertion
  const names = guard.roles.names as readonly RoleName[];
  const anonymous = madeUp(guard, ANONYMOUS);
  const roles = names.map((role) => ({ role, operation: madeUp(guard, holderOf(guard, role)) }));
  return linesOf(guard, schema, anonymous)
    .toSorted((a, b) => (a.coordinate < b.coordinate ? -1 : 1))
    .map(({ coordinate, requirement, outcome }) => ({
      coordinate,
      requirement,
      anonymous: outcome(anonymous),
      roles: roles.map(({ role, operation }) => ({ role, outcome: outcome(operation) })),
    }));
}

function holderOf(guard: Guard, role: string): Principal {
  return { kind: 'user', id: role, roles: [role], scopes: guard.roles.scopesOf(role) };
}

/** A filter that is a function may ask a principal what a made-up one cannot answer: then it depends on the object. */
function madeUp(guard: Guard, principal: Principal): Operation {
  const operation = operationFor(guard, undefined, principal, () => undefined);
  const { testsOf } = operation.asker;
  const unknown = [{ property: 'id', operator: '$eq', operand: principal } as const];
  return {
    ...operation,
    asker: { ...operation.asker, testsOf: (condition) => ('filter' in condition ? testsOf(condition) : unknown) },
  };
}

function linesOf(guard: Guard, schema: GraphQLSchema, sample: Operation): readonly Line[] {
  const { model } = guard;
  const fields = [...model.fields.values()].filter(({ typeName }) => isObjectType(schema.getType(typeName)));
  const ofFields = fields.map((rule) => ({
    coordinate: rule.coordinate,
    requirement: demandText(schema, rule, sample),
    outcome: (operation: Operation): AccessOutcome => {
      const meets = (requirement: number) => reaches(operation, requirement);
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
    outcome: (operation) => (reaches(operation, requirement) ? 'ALLOWED' : 'DENIED'),
  };
}
