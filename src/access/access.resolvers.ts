import {
  accessGrounds,
  accessMatrix,
  anyScopeCovers,
  compileRoles,
  principalOf,
  type AccessGrounds,
} from '../authorization/index.ts';
import type { Resolvers } from '../generated/resolvers.ts';
import { matrixPage } from './matrix-page.ts';
import { furtherScopes, roles } from './roles.ts';
import { signPage, type SignClaims } from './signed-page.ts';
import { pretend, simulate, type OperationBounds } from './simulate.ts';
import { showResult, type SimulatedResultDeps } from './simulated-result.ts';

export interface AccessResolversDeps extends SimulatedResultDeps {
  readonly operationBounds: OperationBounds;
  readonly signClaims: SignClaims;
  /** The URL of this server, by which tokens and pages name it. */
  readonly issuer: string;
}

export function createAccessResolvers(deps: AccessResolversDeps): Resolvers {
  const { issuer, operationBounds, rightsOf, schema, signClaims } = deps;
  let grounds: ((coordinate: string) => AccessGrounds) | undefined;
  const groundsOf = (coordinate: string): AccessGrounds => (grounds ??= accessGrounds(schema()))(coordinate);

  return {
    FieldAccess: {
      rules: ({ coordinate }) => [...groundsOf(coordinate).rules],
      policies: ({ coordinate }) => [...groundsOf(coordinate).policies],
      warnings: ({ coordinate }) => [...groundsOf(coordinate).warnings],
    },
    Query: {
      accessMatrix: () => accessMatrix(schema()),
      signedAccessMatrix: (_, __, { now }) => {
        const page = matrixPage({ lines: accessMatrix(schema()), groundsOf, server: issuer, at: now });
        return signPage(page, { sign: signClaims, issuer, now });
      },
      accessScopes: () => scopeHolders(),
      simulateAccess: async (_, { input }, { rows, now }) =>
        simulate(schema(), await pretend(rows, { rightsOf, now }, input), input, operationBounds),
      showsSimulatedResults: () => deps.results !== null,
    },
    Mutation: {
      simulateOperation: (_, { input }, context, info) => showResult(deps, input, principalOf(info), context),
    },
  };
}

/** Lists every scope of the table, `*` aside, with the roles that hold it, by inheritance as well. */
function scopeHolders(): Array<{ scope: string; roles: RoleName[] }> {
  const { scopesOf } = compileRoles(roles);
  const names = Object.keys(roles) as RoleName[];
  const own = Object.values(roles).flatMap(({ scopes }) => scopes);
  const known = [...new Set([...own, ...furtherScopes])].filter((scope) => scope !== '*').toSorted();
  return known.map((scope) => ({ scope, roles: names.filter((name) => anyScopeCovers([...scopesOf(name)], scope)) }));
}

type RoleName = keyof typeof roles;
