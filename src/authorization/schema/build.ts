import type { GraphQLSchema } from 'graphql';
import { AccessSchemaError } from '../errors.ts';
import type { Offence } from '../errors.ts';
import type { GuardOptions } from '../options.ts';
import { offencesOfPolicies } from '../policy/check.ts';
import type { Policy } from '../policy/define.ts';
import { compileRoles, offencesOfRoles } from '../roles.ts';
import type { Roles } from '../roles.ts';
import { offencesOfContradictions } from './checks/contradictions.ts';
import { offencesOfConditions } from './checks/policies.ts';
import { offencesOfSilence } from './checks/silence.ts';
import { offencesOfSubjects } from './checks/subjects.ts';
import { compileModel } from './compile.ts';
import { offencesOfDefinitions } from './definitions.ts';
import type { AccessModel } from './model.ts';
import { createRulebook } from './rulebook.ts';
import { warningsOf } from './warnings.ts';

export interface BuiltRules {
  readonly model: AccessModel;
  readonly roles: Roles;
  readonly policies: ReadonlyMap<string, Policy>;
}

/** Reads all rules of a schema. @throws AccessSchemaError with every mistake that it contains, at once */
export function buildRules(schema: GraphQLSchema, options: Omit<GuardOptions, 'principal'>): BuiltRules {
  const { federation = false, policies: given = [], scopes = [] } = options;
  const readsFederation = federation !== false;
  const namedPolicies = new Set(Object.keys(typeof federation === 'object' ? (federation.policies ?? {}) : {}));
  const roles = compileRoles(options.roles, scopes);
  const policies = new Map(given.map((policy) => [policy.type, policy]));
  const unreadable: Offence[] = [];
  const book = createRulebook({ roles, namedPolicies, readsFederation, offences: unreadable });
  const model = compileModel(schema, book);

  const offences = [
    ...offencesOfRoles(options.roles, scopes),
    ...offencesOfDefinitions(schema),
    ...unreadable,
    ...offencesOfSilence(schema, book, readsFederation),
    ...offencesOfContradictions(schema, book),
    ...offencesOfPolicies(given),
    ...offencesOfConditions({ schema, policies, roles }),
    ...offencesOfSubjects(schema, model, book, { policies, canLoad: options.load !== undefined }),
  ];
  if (offences.length > 0) throw new AccessSchemaError(offences);
  if (options.onWarning) warningsOf(schema, model).forEach(options.onWarning);
  return { model, roles, policies };
}
