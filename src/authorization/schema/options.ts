import type { GraphQLFieldResolver, GraphQLTypeResolver } from 'graphql';
import type { RefusalText } from '../model/access-errors.ts';
import type { AccessLog } from '../model/access-log.ts';
import type { RoleTable } from '../model/compile-roles.ts';
import type { NamedPolicy, Principal } from '../model/principal.ts';
import type { Policy } from '../policy/define-policy.ts';
import type { RelationOf } from '../policy/relations.ts';

/** A rule that builds, but has a consequence that its author may not have seen. */
export interface AccessWarning {
  /**
   * `sideDoor`: a filter or an order tells what a guarded field refuses. `position`: rows that are left out shift the
   * others. `null`: a refusal makes the whole answer null.
   */
  readonly kind: 'sideDoor' | 'position' | 'null';
  readonly coordinate: string;
  readonly message: string;
}

/** Dependencies of `guardSchema`. Only `principal` and `roles` are required. */
export interface GuardOptions<Context = unknown> {
  /** Returns the caller. Called synchronously, once for each operation and anew for each event of a subscription. */
  readonly principal: (contextValue: Context) => Principal;
  /** The roles that exist, what they include and which scopes they grant. */
  readonly roles: RoleTable;
  /** Known scopes beyond those of the role table. */
  readonly scopes?: readonly string[] | undefined;
  /** The policies of types, one for each type that `@can` concerns. */
  readonly policies?: readonly Policy[] | undefined;
  /**
   * Loads a row by id, null if it does not exist: the subject of a root field's `@can`, or a row that is not loaded.
   * The host batches.
   */
  readonly load?: ((type: string, id: string, contextValue: Context) => Promise<object | null>) | undefined;
  /** Loads the rows of a to-many property, or their ids, for `some`. The host batches. */
  readonly loadMany?:
    ((type: string, id: string, property: string, contextValue: Context) => Promise<readonly unknown[]>) | undefined;
  /** Tells where properties lead that the SDL does not have, such as a table of members. It goes before the SDL. */
  readonly relations?: RelationOf | undefined;
  /** Tells whether the properties of a row are there to be read; by default every object is loaded. */
  readonly isLoaded?: ((row: object) => boolean) | undefined;
  /** `partial` (default): what is refused becomes null. `reject`: if one path is refused, nothing runs. */
  readonly mode?: 'partial' | 'reject' | undefined;
  /** `visible` (default): a caller sees what its credential could reach. `full`: everything. `off`: nothing. */
  readonly introspection?: 'full' | 'visible' | 'off' | undefined;
  /** Receives defects; see `AccessLogEvent`. */
  readonly log?: AccessLog | undefined;
  /** Receives rules with surprising consequences, while the schema builds. */
  readonly onWarning?: ((warning: AccessWarning) => void) | undefined;
  /** Returns the present moment in milliseconds since 1970; by default the clock. */
  readonly now?: (() => number) | undefined;
  /** Rules by the names that `@access` gives them, synchronous: only `true` allows. */
  readonly rules?: Readonly<Record<string, NamedPolicy>> | undefined;
  /** Tells clients what would suffice, as `extensions.required`: for development, because it names roles and scopes. */
  readonly tellRequired?: boolean | undefined;
  /** Returns the text of a refusal, in the caller's language say; `undefined` leaves the engine's. */
  readonly refusalText?: RefusalText | undefined;
  /** Reads `@authenticated`, `@requiresScopes` and `@policy` of Apollo Federation as well. */
  readonly federation?: boolean | { readonly policies?: Readonly<Record<string, NamedPolicy>> } | undefined;
  /**
   * Resolves fields that have no resolver of their own. Give it here instead of to `execute`, which would go past the
   * guards.
   */
  readonly fieldResolver?: GraphQLFieldResolver<unknown, Context> | undefined;
  /** Resolves abstract types that have no type resolver of their own; likewise instead of to `execute`. */
  readonly typeResolver?: GraphQLTypeResolver<unknown, Context> | undefined;
}
