/** Nobody has signed in. `networks` are the names of the configured networks that the request comes from. */
export interface AnonymousPrincipal {
  readonly kind: 'anonymous';
  readonly networks?: readonly string[] | undefined;
}

/**
 * Somebody, or something, has signed in. Times are seconds since 1970. `scopes` are what the credential may do,
 * already computed by the host: nothing is added from the role table. A host may carry further properties.
 */
export interface SignedInPrincipal {
  readonly kind: 'user' | 'apiKey' | 'service';
  readonly id: string;
  /** The user behind the credential; for `kind: 'user'` it defaults to `id`, any other kind without it owns nothing. */
  readonly userId?: string | null | undefined;
  readonly roles: readonly string[];
  readonly scopes: readonly string[];
  readonly authTime?: number | null | undefined;
  readonly mfaAt?: number | null | undefined;
  readonly hasFactor?: boolean | undefined;
  readonly networks?: readonly string[] | undefined;
}

/** Who asks. Anonymous is a value, never `undefined`. */
export type Principal = AnonymousPrincipal | SignedInPrincipal;

export const ANONYMOUS: AnonymousPrincipal = Object.freeze({ kind: 'anonymous' });

/** The id of the user behind a principal; `undefined` means that it owns nothing. */
export function userIdOf(principal: Principal): string | undefined {
  if (principal.kind === 'anonymous') return undefined;
  const id = principal.userId ?? (principal.kind === 'user' ? principal.id : undefined);
  return id === undefined || id === '' ? undefined : id;
}

const KINDS: ReadonlySet<unknown> = new Set(['anonymous', 'user', 'apiKey', 'service']);

type Check = (value: unknown) => boolean;
const isId: Check = (value) => typeof value === 'string' && value !== '';
const isListOfText: Check = (value) => Array.isArray(value) && value.every((item) => typeof item === 'string');
const isAbsent: Check = (value) => value === undefined || value === null;
const isTime: Check = (value) => isAbsent(value) || (typeof value === 'number' && Number.isFinite(value));

const SIGNED_IN_SHAPE: ReadonlyArray<readonly [property: keyof SignedInPrincipal, check: Check]> = [
  ['id', isId],
  ['userId', (value) => isAbsent(value) || isId(value)],
  ['roles', isListOfText],
  ['scopes', isListOfText],
  ['authTime', isTime],
  ['mfaAt', isTime],
  ['hasFactor', (value) => isAbsent(value) || typeof value === 'boolean'],
];

/** What is wrong with a value that claims to be a principal; `undefined` when nothing is. */
export function problemOfPrincipal(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return 'The principal is not an object.';
  const claimed = value as Partial<Record<keyof SignedInPrincipal, unknown>>;
  if (!KINDS.has(claimed.kind)) return 'The principal has no known kind.';
  if (!isAbsent(claimed.networks) && !isListOfText(claimed.networks)) return 'The principal has malformed networks.';
  if (claimed.kind === 'anonymous') return undefined;
  const malformed = SIGNED_IN_SHAPE.find(([property, check]) => !check(claimed[property]));
  return malformed && `The principal has a malformed ${malformed[0]}.`;
}
