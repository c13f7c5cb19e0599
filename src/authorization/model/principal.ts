import { isUnwantedPromise } from './maybe-promise.ts';

/** A caller that has not signed in. `networks` are the names of the host's networks from which the request comes. */
export interface AnonymousPrincipal {
  readonly kind: 'anonymous';
  /** An anonymous caller has none, so that a policy may ask any principal. */
  readonly attributes?: undefined;
  readonly networks?: readonly string[] | undefined;
}

/**
 * A caller that has signed in: a user, an API key, or a service by another issuer's token. A host may add further
 * properties. A value of another shape counts as malformed: it is logged, and refused whatever requires anything.
 */
export interface SignedInPrincipal {
  readonly kind: 'user' | 'apiKey' | 'service';
  /** The id of the user, key or service; not empty. */
  readonly id: string;
  /**
   * The user behind the credential; for `kind: 'user'` it defaults to `id`, any other kind without it owns nothing.
   */
  readonly userId?: string | null | undefined;
  /** Roles by name; those that they include need not be listed. Unknown roles are ignored. */
  readonly roles: readonly string[];
  /** The scopes that the credential has, already worked out by the host: nothing is added from the role table. */
  readonly scopes: readonly string[];
  /** When the user last signed in, in seconds since 1970 (`auth_time` of OpenID Connect Core §2). */
  readonly authTime?: number | null | undefined;
  /** When a second factor was last proved, in seconds since 1970. */
  readonly mfaAt?: number | null | undefined;
  /** True if the account has a second factor. */
  readonly hasFactor?: boolean | undefined;
  /** The names of the host's networks from which the request comes. */
  readonly networks?: readonly string[] | undefined;
  /**
   * Anything else that the host knows of the caller, such as a tenant, for the filters of policies. Values are scalars
   * and lists of them, never objects: as a part of a filter an object would be read as comparisons.
   */
  readonly attributes?: PrincipalAttributes | undefined;
}

/**
 * Names the attributes of the host's principals and their types. It is empty until a host declares it, so that the
 * compiler checks both what `principal` returns and what policies ask:
 *
 * @example
 * declare module 'sallyport/authorization' {
 *   interface DeclaredAttributes {
 *     tenant: string;
 *     teams: readonly string[];
 *   }
 * }
 */
// eslint-disable-next-line typescript/no-empty-object-type
export interface DeclaredAttributes {}

/**
 * Attributes of a principal by name, from claims, another issuer's mapping or the host: those that `DeclaredAttributes`
 * names, or of any name if it names none. Each may be missing, whatever its type: a token may lack the claim.
 */
export type PrincipalAttributes = keyof DeclaredAttributes extends never
  ? Readonly<Record<string, AttributeValue | undefined>>
  : { readonly [Name in keyof DeclaredAttributes]?: Attribute<DeclaredAttributes[Name]> | undefined };

/** One value of an attribute. */
export type AttributeScalar = string | number | boolean | null;

/** The value of an attribute: a scalar, or a list of them. */
export type AttributeValue = AttributeScalar | readonly AttributeScalar[];

/** A declared type; `never` for one that would be refused as malformed. */
type Attribute<Declared> = [Declared] extends [AttributeValue] ? Declared : never;

/** The caller on whose behalf an operation runs. Anonymous is a value, never `undefined`. */
export type Principal = AnonymousPrincipal | SignedInPrincipal;

export const anonymous: AnonymousPrincipal = Object.freeze({ kind: 'anonymous' });

/**
 * A condition of the host's on the principal alone: the meaning of a name in Federation's `@policy`. Only `true`
 * allows. It is synchronous, because a decision on a requirement is made once and remembered: a promise denies, and is
 * logged.
 */
export type NamedPolicy = (principal: Principal) => boolean;

/**
 * Returns the id of the user behind a principal; `undefined` if there is none, so that the principal owns nothing.
 *
 * @example
 * userIdOf({ kind: 'user', id: 'ann', roles: [], scopes: [] }); // 'ann'
 * userIdOf({ kind: 'service', id: 'ci', roles: [], scopes: [] }); // undefined
 */
export function userIdOf(principal: Principal): string | undefined {
  if (principal.kind === 'anonymous') return undefined;
  const id = principal.userId ?? (principal.kind === 'user' ? principal.id : undefined);
  return id === undefined || id === '' ? undefined : id;
}

const principalKinds: ReadonlySet<unknown> = new Set(['anonymous', 'user', 'apiKey', 'service']);

type Check = (value: unknown) => boolean;
const isId: Check = (value) => typeof value === 'string' && value !== '';
const isText: Check = (value) => typeof value === 'string';
const isListOfText: Check = (value) => Array.isArray(value) && value.every(isText);
const isAbsent: Check = (value) => value === undefined || value === null;
const isTime: Check = (value) => isAbsent(value) || (typeof value === 'number' && Number.isFinite(value));

const isAttributeScalar: Check = (value) => isAbsent(value) || ['string', 'number', 'boolean'].includes(typeof value);

function areAttributes(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  return Object.values(value).every((item) =>
    Array.isArray(item) ? item.every(isAttributeScalar) : isAttributeScalar(item),
  );
}

const signedInShape: ReadonlyArray<{ readonly property: keyof SignedInPrincipal; readonly check: Check }> = [
  { property: 'id', check: isId },
  { property: 'userId', check: (value) => isAbsent(value) || isId(value) },
  { property: 'roles', check: isListOfText },
  { property: 'scopes', check: isListOfText },
  { property: 'authTime', check: isTime },
  { property: 'mfaAt', check: isTime },
  { property: 'hasFactor', check: (value) => isAbsent(value) || typeof value === 'boolean' },
  { property: 'attributes', check: (value) => isAbsent(value) || areAttributes(value) },
];

/** Returns what is wrong with a value that should be a principal; `undefined` if nothing is. */
export function problemOfPrincipal(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return 'The principal is not an object.';
  if (isUnwantedPromise(value)) return 'The principal is a promise: work it out before the operation begins.';
  const claimed = value as Partial<Record<keyof SignedInPrincipal, unknown>>;
  if (!principalKinds.has(claimed.kind)) return 'The principal has no known kind.';
  if (!isAbsent(claimed.networks) && !isListOfText(claimed.networks)) return 'The principal has malformed networks.';
  if (claimed.kind === 'anonymous') return undefined;
  const malformed = signedInShape.find(({ property, check }) => !check(claimed[property]));
  return malformed && `The principal has a malformed ${malformed.property}.`;
}
