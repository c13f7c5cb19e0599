import { issuerPresets, type IssuerClaims, type IssuerPreset } from './issuer-presets.ts';
import { isLoopback } from './loopback.ts';
import type { Settings } from './settings.ts';

/** An issuer whose tokens are accepted, with everything that its preset fills in. */
export interface TrustedIssuer {
  /** The exact `iss` of its tokens. */
  readonly issuer: string;
  /** Each token names one of these. */
  readonly audience: readonly string[];
  readonly audienceClaim: string;
  /** The accepted values of `alg`. */
  readonly algorithms: readonly string[];
  /** Where its keys are; null: its discovery document tells. */
  readonly jwksUri: string | null;
  /** The key of the algorithms `HS…`, which no key set can bring. */
  readonly secret: string | null;
  readonly claims: {
    /** The path of the roles; null: no claim gives a role. */
    readonly roles: string | null;
    /** The path of the scopes; null: no claim gives or narrows any. */
    readonly scopes: string | null;
    readonly session: string;
    readonly attributes: Readonly<Record<string, string>>;
  };
  /** True if scopes grant by themselves; false if they narrow what the roles give. */
  readonly scopesGrant: boolean;
  /** The issuer's names of roles, and what each is here; null: the names are the same. */
  readonly roleMap: Readonly<Record<string, readonly string[]>> | null;
  readonly defaultRoles: readonly string[];
  readonly demands: NonNullable<IssuerPreset['demands']>;
  /** Makes a user of a subject that is seen for the first time. */
  readonly provision: boolean;
  /** The audiences of its logout tokens; none: it sends none. */
  readonly backChannelLogout: readonly string[];
}

const name = 'TRUSTED_ISSUERS';
const asymmetric = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'];
const symmetric = ['HS256', 'HS384', 'HS512'];
/** The length of the output of SHA-256: what a shorter secret lacks can be tried out (RFC 7518 §3.2). */
const minSecretBytes = 32;

const known: ReadonlySet<string> = new Set([
  'preset',
  'issuer',
  'audience',
  'algorithms',
  'jwksUri',
  'secret',
  'claims',
  'roleMap',
  'defaultRoles',
  'provision',
  'backChannelLogout',
]);

/** Reads the trusted issuers; each mistake names the issuer by its place in the list. */
export function parseTrustedIssuers(
  settings: Settings,
  { production, publicUrl }: { readonly production: boolean; readonly publicUrl: string },
): readonly TrustedIssuer[] {
  const issuers = settings.jsonList(name).flatMap((entry, at) => {
    const mistake = (problem: string): void => settings.mistake(name, `issuer ${at + 1}: ${problem}`);
    const parsed = isObject(entry) ? parseEntry(entry, production, mistake) : null;
    if (!isObject(entry)) mistake('expected an object with `issuer` and `audience`');
    if (parsed?.issuer === publicUrl) mistake('`issuer` is PUBLIC_URL; this server trusts its own tokens anyway');
    return parsed === null ? [] : [parsed];
  });
  const names = issuers.map(({ issuer }) => issuer);
  const twice = names.find((issuer, at) => names.indexOf(issuer) !== at);
  if (twice !== undefined) settings.mistake(name, `\`${twice}\` appears twice; give one entry all its audiences`);
  return issuers;
}

type Entry = Readonly<Record<string, unknown>>;
type Mistake = (problem: string) => void;

function parseEntry(entry: Entry, production: boolean, mistake: Mistake): TrustedIssuer | null {
  const unknown = Object.keys(entry).find((key) => !known.has(key));
  if (unknown !== undefined) mistake(`\`${unknown}\` is unknown; expected some of ${[...known].join(', ')}`);
  const preset = presetOf(entry['preset'], mistake);
  const issuer = entry['issuer'];
  if (typeof issuer !== 'string' || !isUrl(issuer, production)) {
    mistake('`issuer` must be its `iss`, exactly: an https: URL, in development also http: on loopback');
    return null;
  }
  if (preset !== undefined && !preset.pattern.test(issuer)) mistake(`\`issuer\` has the form ${preset.example}`);
  const secret = secretOf(entry['secret'], mistake);
  const algorithms = algorithmsOf(entry['algorithms'], preset, secret, mistake);
  const claims = claimsOf(entry['claims'], mistake);
  const roleMap = roleMapOf(entry['roleMap'], mistake);
  const defaultRoles = textsOf(entry['defaultRoles'] ?? [], 'defaultRoles', mistake);
  const roles = claims.roles ?? (roleMap === null ? null : (preset?.claims?.roles ?? null));
  if (roleMap !== null && roles === null) mistake('`roleMap` needs `claims.roles`, the path of the roles');
  const audience = textsOf(entry['audience'] ?? preset?.audience?.(issuer) ?? [], 'audience', mistake);
  if (audience.length === 0) mistake('`audience` must be a text or a list, such as "https://api.example.com"');
  return {
    issuer,
    audience,
    audienceClaim: preset?.audienceClaim ?? 'aud',
    algorithms,
    jwksUri: jwksUriOf(entry['jwksUri'], { issuer, preset, production }, mistake),
    secret,
    claims: {
      roles,
      scopes: claims.scopes ?? preset?.claims?.scopes ?? null,
      session: claims.session ?? preset?.claims?.session ?? 'sid',
      attributes: claims.attributes ?? preset?.claims?.attributes ?? {},
    },
    scopesGrant: claims.scopes !== undefined && roles === null && defaultRoles.length === 0,
    roleMap,
    defaultRoles,
    demands: preset?.demands ?? {},
    provision: flagOf(entry['provision'], 'provision', mistake),
    backChannelLogout: textsOf(entry['backChannelLogout'] ?? [], 'backChannelLogout', mistake),
  };
}

function presetOf(value: unknown, mistake: Mistake): IssuerPreset | undefined {
  if (value === undefined) return undefined;
  if (typeof value === 'string' && Object.hasOwn(issuerPresets, value)) return issuerPresets[value];
  mistake(`\`preset\` must be one of ${Object.keys(issuerPresets).join(', ')}`);
  return undefined;
}

/** The text is compared as it is: it needs no normal form, but to be a URL. */
function isUrl(text: string, production: boolean): boolean {
  const url = URL.parse(text);
  if (url === null || url.search !== '' || url.hash !== '' || url.username !== '' || url.password !== '') return false;
  return url.protocol === 'https:' || (url.protocol === 'http:' && !production && isLoopback(url.hostname));
}

function jwksUriOf(
  value: unknown,
  { issuer, preset, production }: { issuer: string; preset: IssuerPreset | undefined; production: boolean },
  mistake: Mistake,
): string | null {
  if (value === undefined) return preset?.jwksUri(issuer) ?? null;
  const [base] = typeof value === 'string' ? value.split('?') : [];
  if (typeof value === 'string' && base !== undefined && isUrl(base, production)) return value;
  mistake('`jwksUri` must be an https: URL, in development also http: on loopback');
  return null;
}

/** A secret that is no good is none that could be missed. */
function secretOf(value: unknown, mistake: Mistake): string | null {
  if (value === undefined) return null;
  const isStrong = typeof value === 'string' && Buffer.byteLength(value) >= minSecretBytes && new Set(value).size > 8;
  if (isStrong) return value;
  mistake(`\`secret\` must be a random text of at least ${minSecretBytes} bytes`);
  return '';
}

function algorithmsOf(
  value: unknown,
  preset: IssuerPreset | undefined,
  secret: string | null,
  mistake: Mistake,
): readonly string[] {
  const fallback = [...(preset?.algorithms ?? []), ...(preset !== undefined && secret !== null ? ['HS256'] : [])];
  const algorithms = textsOf(value ?? fallback, 'algorithms', mistake);
  const all = [...asymmetric, ...symmetric];
  if (algorithms.length === 0 || algorithms.some((algorithm) => !all.includes(algorithm)))
    mistake(`\`algorithms\` must be a list of ${all.join(', ')}`);
  const needsSecret = algorithms.some((algorithm) => symmetric.includes(algorithm));
  if (needsSecret && secret === null) mistake('algorithms HS… need `secret`');
  if (!needsSecret && secret !== null) mistake('`secret` is for algorithms HS… alone; name one in `algorithms`');
  return algorithms;
}

function claimsOf(value: unknown, mistake: Mistake): IssuerClaims {
  if (value === undefined) return {};
  const { roles, scopes, session, attributes, ...others } = isObject(value) ? value : { others: value };
  const isPath = (path: unknown): path is string | undefined =>
    path === undefined || (typeof path === 'string' && path !== '');
  const areValid =
    Object.keys(others).length === 0 &&
    isPath(roles) &&
    isPath(scopes) &&
    isPath(session) &&
    (attributes === undefined || isTextMap(attributes));
  if (areValid) {
    return {
      ...(roles === undefined ? {} : { roles }),
      ...(scopes === undefined ? {} : { scopes }),
      ...(session === undefined ? {} : { session }),
      ...(attributes === undefined ? {} : { attributes }),
    };
  }
  mistake('`claims` must be {"roles": path, "scopes": path, "session": path, "attributes": {name: path}}');
  return {};
}

function roleMapOf(value: unknown, mistake: Mistake): Readonly<Record<string, readonly string[]>> | null {
  if (value === undefined) return null;
  const entries = isObject(value) ? Object.entries(value).map(([theirs, ours]) => [theirs, [ours].flat()]) : [];
  if (isObject(value) && entries.every(([, ours]) => isTextList(ours))) {
    return Object.fromEntries(entries) as Record<string, string[]>;
  }
  mistake('`roleMap` must be an object of their roles to ours, such as {"staff": "EDITOR"}');
  return null;
}

function textsOf(value: unknown, key: string, mistake: Mistake): readonly string[] {
  const list = typeof value === 'string' ? [value] : value;
  if (isTextList(list)) return list;
  mistake(`\`${key}\` must be a text or a list of texts`);
  return [];
}

function flagOf(value: unknown, key: string, mistake: Mistake): boolean {
  if (value !== undefined && typeof value !== 'boolean') mistake(`\`${key}\` must be true or false`);
  return value === true;
}

const isObject = (value: unknown): value is Entry =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isTextList = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((item) => typeof item === 'string' && item !== '');

const isTextMap = (value: unknown): value is Record<string, string> =>
  isObject(value) && isTextList(Object.values(value));
