import type { GraphQLSchema } from 'graphql';
import { AccessSchemaError, type SchemaProblem } from '../model/access-errors.ts';
import { compileRoles, problemsOfRoles, type Roles } from '../model/compile-roles.ts';
import { problemsOfPolicies, type Policy } from '../policy/define-policy.ts';
import { actionsWithArguments } from '../policy/policy-arguments.ts';
import { createRelations, type RelationOf } from '../policy/relations.ts';
import type { AccessModel } from './access-model.ts';
import { problemsOfContradictions } from './checks/contradictions.ts';
import { problemsOfMerges } from './checks/merged-directives.ts';
import { problemsOfConditions } from './checks/policy-conditions.ts';
import { problemsOfPositions } from './checks/positional-lists.ts';
import { problemsOfSubjects } from './checks/subjects.ts';
import { problemsOfUnguardedTypes } from './checks/unguarded-types.ts';
import { problemsOfUnmarkedFields } from './checks/unmarked-fields.ts';
import { compileModel } from './compile-model.ts';
import { ownDirectiveNames, problemsOfDefinitions, type DirectiveNames } from './directive-definitions.ts';
import { createElementReader } from './element-reader.ts';
import { readFederationNames } from './federation-names.ts';
import type { GuardOptions } from './options.ts';
import { warningsOf } from './warnings.ts';

export interface BuiltRules {
  readonly model: AccessModel;
  readonly roles: Roles;
  readonly policies: ReadonlyMap<string, Policy>;
  readonly relationOf: RelationOf;
  readonly argumentActions: ReadonlySet<string>;
}

/** Reads all rules of a schema. @throws AccessSchemaError with every mistake that it contains, at once */
export function buildRules(schema: GraphQLSchema, options: Omit<GuardOptions, 'principal'>): BuiltRules {
  const { federation = false, policies: given = [], scopes = [] } = options;
  const readsFederation = federation !== false;
  const namedPolicies = new Set(Object.keys(typeof federation === 'object' ? (federation.policies ?? {}) : {}));
  const roles = compileRoles(options.roles, scopes);
  const policies = new Map(given.map((policy) => [policy.type, policy]));
  const rules = new Set(Object.keys(options.rules ?? {}));
  const relationOf = createRelations({ relations: options.relations, schema, policies });
  const argumentActions = actionsWithArguments(policies, relationOf);
  const unreadable: SchemaProblem[] = [];
  const { names, problems: ofLinks } = directiveNamesOf(schema, readsFederation);
  const isDefined = (name: string): boolean => schema.getDirective(name) != null;
  const elements = createElementReader({ schema, roles, namedPolicies, rules, names, isDefined, problems: unreadable });
  const model = compileModel(schema, elements);

  const problems = [
    ...problemsOfRoles(options.roles, scopes),
    ...ofLinks,
    ...problemsOfDefinitions(schema, names),
    ...problemsOfMerges(schema, names),
    ...unreadable,
    ...problemsOfUnmarkedFields(schema, elements, readsFederation),
    ...problemsOfUnguardedTypes(schema, elements, policies),
    ...problemsOfContradictions(schema, elements),
    ...problemsOfPositions(schema, model),
    ...problemsOfPolicies(given),
    ...problemsOfConditions({ schema, policies, roles, relationOf }),
    ...problemsOfSubjects(schema, model, elements, {
      policies,
      canLoad: options.load !== undefined,
      argumentActions,
    }),
  ];
  if (problems.length > 0) throw new AccessSchemaError(problems);
  if (options.onWarning) warningsOf(schema, model).forEach(options.onWarning);
  return { model, roles, policies, relationOf, argumentActions };
}

/** Lists what a schema calls the access directives: ours by their own names, Federation's as its links say. */
function directiveNamesOf(
  schema: GraphQLSchema,
  readsFederation: boolean,
): { names: DirectiveNames; problems: readonly SchemaProblem[] } {
  const own = [...ownDirectiveNames].map((name) => [name, name] as const);
  if (!readsFederation) return { names: new Map(own), problems: [] };
  const { names, problems } = readFederationNames(schema);
  return { names: new Map([...names, ...own]), problems };
}
