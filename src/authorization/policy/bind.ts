import type { GraphQLSchema } from 'graphql';
import { AccessSchemaError } from '../errors.ts';
import { onceEach } from '../log.ts';
import type { AccessLog } from '../log.ts';
import { ANONYMOUS, problemOfPrincipal } from '../principal.ts';
import type { Principal } from '../principal.ts';
import { compileRoles, offencesOfRoles } from '../roles.ts';
import type { RoleTable } from '../roles.ts';
import { createAsker } from './asker.ts';
import type { Asker, RowSource } from './asker.ts';
import { offencesOfPolicies } from './check.ts';
import type { Policy } from './define.ts';
import { explainOn } from './explain.ts';
import type { Explanation } from './explain.ts';
import { createJudge } from './judge.ts';
import { relatedTypeOf } from './relations.ts';
import { isRow } from './value.ts';
import { NOTHING } from './where-filter.ts';
import type { Where } from './where-filter.ts';
import { whereOf } from './where.ts';

export interface BindOptions {
  readonly roles: RoleTable;
  readonly policies: readonly Policy[];
  /** Finds the type behind `related`. By default the schema that was guarded with these policies. */
  readonly schema?: GraphQLSchema | undefined;
  /** Fetches a related row that is not loaded; without it such a row denies. */
  readonly load?: ((type: string, id: string) => Promise<object | null>) | undefined;
  /** Whether the properties of a row are there to be read; by default every object is loaded. */
  readonly isLoaded?: ((row: object) => boolean) | undefined;
  readonly log?: AccessLog | undefined;
}

/** The policies as services use them: the same condition decides, filters and explains. */
export interface BoundPolicies {
  /** A promise only where a related row had to be loaded. Every failure is a plain `false`, and is logged. */
  readonly decide: (type: string, action: string, principal: Principal, row: object) => boolean | Promise<boolean>;
  /** A filter in MikroORM's syntax: `{}` for every row, `NOTHING` where no row can match and no query is needed. */
  readonly where: (type: string, action: string, principal: Principal) => Where;
  readonly explain: (
    type: string,
    action: string,
    principal: Principal,
    row: object,
  ) => Explanation | Promise<Explanation>;
}

/** Binds policies to a role table. @throws AccessSchemaError when either contains mistakes. */
export function bindPolicies(options: BindOptions): BoundPolicies {
  const offences = [...offencesOfRoles(options.roles), ...offencesOfPolicies(options.policies)];
  if (offences.length > 0) throw new AccessSchemaError(offences);
  const roles = compileRoles(options.roles);
  const policies = new Map(options.policies.map((policy) => [policy.type, policy]));
  const relatedType = relatedTypeOf(policies, options.schema);

  /** Asks for one decision; a defect within it is logged once. Nobody is asked for a principal that is none. */
  const ask = <Answer>(principal: Principal, answer: (asker: Asker) => Answer): Answer | undefined => {
    const log = onceEach(options.log);
    const rows: RowSource = { isLoaded: options.isLoaded ?? (() => true), load: options.load, relatedType, log };
    const problem = problemOfPrincipal(principal);
    if (problem === undefined) return answer(createAsker(principal, roles, policies, rows));
    log({ kind: 'principal', message: problem });
    return undefined;
  };

  return {
    decide: (type, action, principal, row) =>
      ask(principal, (asker) => {
        const admitted = createJudge(asker, type, action).admit(row);
        return admitted instanceof Promise ? admitted.then((judged) => judged !== null) : admitted !== null;
      }) ?? false,
    where: (type, action, principal) => ask(principal, (asker) => whereOrNothing(asker, type, action)) ?? NOTHING,
    explain: (type, action, principal, row) =>
      ask(principal, (asker) => (isRow(row) ? explainOn(asker, type, action, row) : undefined)) ??
      unexplained(type, action),
  };
}

function whereOrNothing(asker: Asker, type: string, action: string): Where {
  const report = (error: unknown): void => {
    const message = `The policy ${type}.${action} failed, which denies.`;
    asker.rows.log({ kind: 'policy', type, action, message, error });
  };
  try {
    return whereOf(asker, type, action, report);
  } catch (error) {
    report(error);
    return NOTHING;
  }
}

function unexplained(type: string, action: string): Explanation {
  const clause = `${type}.${action} for ${ANONYMOUS.kind} or a known principal`;
  return { clause, outcome: 'failed', clauses: [], allowed: false, reason: 'failed: the principal is malformed' };
}
