import type { GraphQLFieldResolver, GraphQLTypeResolver } from 'graphql';
import type { AccessLog } from './log.ts';
import type { Policy } from './policy/define.ts';
import type { Principal } from './principal.ts';
import type { RoleTable } from './roles.ts';

/** A rule that builds, but has a consequence which its author may not have seen. */
export interface AccessWarning {
  readonly coordinate: string;
  readonly message: string;
}

/** Decides on a principal alone; the meaning of a name in Federation's `@policy`. */
export type NamedPolicy = (principal: Principal) => boolean;

export interface GuardOptions<Context = unknown> {
  /** Called once for each operation, synchronously, and anew for each event of a subscription. */
  readonly principal: (contextValue: Context) => Principal;
  readonly roles: RoleTable;
  /** Known scopes beyond those of the role table. */
  readonly scopes?: readonly string[] | undefined;
  readonly policies?: readonly Policy[] | undefined;
  /** Fetches a row: the subject of a root field's `@can`, or a row that is not loaded. The host batches. */
  readonly load?: ((type: string, id: string, contextValue: Context) => Promise<object | null>) | undefined;
  /** Whether the properties of a row are there to be read; by default every object is loaded. */
  readonly isLoaded?: ((row: object) => boolean) | undefined;
  /** `partial` (default): what is refused becomes null. `reject`: one refusal, and nothing runs. */
  readonly mode?: 'partial' | 'reject' | undefined;
  readonly introspection?: 'full' | 'visible' | 'off' | undefined;
  /** Told of defects; see `AccessLogEvent`. */
  readonly log?: AccessLog | undefined;
  /** Told, while the schema builds, of rules with surprising consequences. */
  readonly onWarning?: ((warning: AccessWarning) => void) | undefined;
  /** Milliseconds since 1970; by default the clock. */
  readonly now?: (() => number) | undefined;
  /** Reads `@authenticated`, `@requiresScopes` and `@policy` of Apollo Federation as well. */
  readonly federation?: boolean | { readonly policies?: Readonly<Record<string, NamedPolicy>> } | undefined;
  /** What the host gives to `execute` for fields and abstract types without a resolver of their own. */
  readonly fieldResolver?: GraphQLFieldResolver<unknown, Context> | undefined;
  readonly typeResolver?: GraphQLTypeResolver<unknown, Context> | undefined;
}
