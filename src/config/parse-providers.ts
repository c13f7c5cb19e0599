import { isLoopback } from './loopback.ts';
import { apiUrlOf, ordinaryProvider, providerPresets, type ProviderPreset } from './provider-presets.ts';
import type { Settings } from './settings.ts';

/** A provider to sign in with, with everything that its preset fills in. */
export interface ProviderConfig extends ProviderPreset {
  /** The name by which clients and the path of the redirect URI call it. */
  readonly name: string;
  readonly clientId: string;
  /** The URL of the API of a provider of plain OAuth; null of OpenID Connect. */
  readonly apiUrl: string | null;
  /** A text; or, of Apple, the key with which secrets are signed. */
  readonly clientSecret: string | AppleKey;
  /** The URLs to which people may come back, compared exactly. */
  readonly returnTo: readonly [string, ...string[]];
  /** Keeps the tokens of the provider, sealed. */
  readonly keepTokens: boolean;
  /** Makes an account for a person who has none. */
  readonly register: boolean;
}

/** A key of Sign in with Apple; each client secret is a token that it signs. */
export interface AppleKey {
  readonly teamId: string;
  readonly keyId: string;
  /** PKCS #8, as PEM. */
  readonly privateKey: string;
}

const setting = 'OIDC_PROVIDERS';
const known: ReadonlySet<string> = new Set([
  'preset',
  'name',
  'displayName',
  'issuer',
  'apiUrl',
  'tenant',
  'clientId',
  'clientSecret',
  'teamId',
  'keyId',
  'privateKey',
  'scopes',
  'returnTo',
  'keepTokens',
  'register',
]);

type Entry = Readonly<Record<string, unknown>>;
/** The settings that decide on a provider's entry besides itself. */
interface Surroundings {
  readonly production: boolean;
  /** Makes accounts for people if their provider's entry says nothing about it. */
  readonly register: boolean;
}

type Mistake = (problem: string) => void;

/** Reads the providers to sign in with; each mistake names the provider by its place in the list. */
export function parseProviders(settings: Settings, surroundings: Surroundings): readonly ProviderConfig[] {
  const providers = settings.jsonList(setting).flatMap((entry, at) => {
    const mistake: Mistake = (problem) => settings.mistake(setting, `provider ${at + 1}: ${problem}`);
    if (isObject(entry)) return parseEntry(entry, surroundings, mistake) ?? [];
    mistake('expected an object with `name`, `issuer`, `clientId`, `clientSecret` and `returnTo`');
    return [];
  });
  const names = providers.map(({ name }) => name);
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined) settings.mistake(setting, `the name \`${twice}\` appears twice; give each its own`);
  return providers;
}

function parseEntry(entry: Entry, surroundings: Surroundings, mistake: Mistake): ProviderConfig | null {
  const { production } = surroundings;
  const unknown = Object.keys(entry).find((key) => !known.has(key));
  if (unknown !== undefined) mistake(`\`${unknown}\` is unknown; expected some of ${[...known].join(', ')}`);
  const preset = presetOf(entry['preset'], mistake);
  const name = textOf(entry['name'] ?? (preset === null ? undefined : entry['preset']));
  const issuer = issuerOf(entry, preset);
  const apiUrl = issuer === null ? null : apiUrlIn(entry, preset, issuer);
  const clientId = textOf(entry['clientId']);
  const clientSecret = secretOf(entry);
  const returnTo = listOf(entry['returnTo'], (text) => isReturnUrl(text, production));
  const scopes = listOf(entry['scopes'] ?? preset?.scopes ?? ordinaryProvider.scopes, (text) =>
    /^[!#-[\]-~]+$/.test(text),
  );
  const keepTokens = entry['keepTokens'] ?? false;
  const register = entry['register'] ?? surroundings.register;
  if (name === null || !/^[a-z][a-z0-9-]{0,31}$/.test(name)) mistake('`name` must be a word such as `corporate-login`');
  if (issuer === null || !isServer(issuer, production))
    mistake('`issuer` must be an https: URL, in development also http: on loopback');
  if (entry['apiUrl'] !== undefined && (apiUrl === null || !isServer(apiUrl, production)))
    mistake('`apiUrl` is an https: URL, of the presets `github` and `discord` alone');
  if (clientId === null) mistake('`clientId` is missing; the provider gave it when the client was registered');
  if (clientSecret === null)
    mistake('`clientSecret` is missing; or for Apple `teamId`, `keyId` and `privateKey`, the PEM of an ES256 key');
  if (returnTo === null || returnTo[0] === undefined)
    mistake('`returnTo` must list the URLs to come back to: https:, or of apps such as com.example.app:/signed-in');
  if (scopes === null) mistake('`scopes` must be a list of texts');
  if (typeof keepTokens !== 'boolean') mistake('`keepTokens` must be true or false');
  if (typeof register !== 'boolean') mistake('`register` must be true or false');
  if (!name || !issuer || !clientId || !clientSecret || !returnTo || !isFilled(returnTo) || !scopes) return null;
  return {
    ...ordinaryProvider,
    ...preset,
    name,
    displayName: textOf(entry['displayName']) ?? preset?.displayName ?? name,
    issuer,
    apiUrl,
    clientId,
    clientSecret,
    scopes,
    returnTo,
    keepTokens: keepTokens === true,
    register: register === true,
  };
}

function presetOf(value: unknown, mistake: Mistake): ProviderPreset | null {
  if (value === undefined) return null;
  if (typeof value === 'string' && Object.hasOwn(providerPresets, value)) return providerPresets[value] ?? null;
  mistake(`\`preset\` must be one of ${Object.keys(providerPresets).join(', ')}`);
  return null;
}

/**
 * Keeps the issuer of OpenID Connect as it is written: it is compared letter by letter (Discovery §4.3). That of plain
 * OAuth is a URL to which paths are appended.
 */
function issuerOf({ issuer, tenant }: Entry, preset: ProviderPreset | null): string | null {
  const text = textOf(issuer) ?? preset?.issuer ?? null;
  const named = textOf(tenant) ?? 'common';
  const whole = text?.replace('{tenant}', encodeURIComponent(named)) ?? null;
  const { protocol } = preset ?? ordinaryProvider;
  return protocol === 'oidc' ? whole : (whole?.replace(/\/$/, '') ?? null);
}

/** Reads where the API of plain OAuth is, if that does not follow from the provider's URL. */
function apiUrlIn({ apiUrl }: Entry, preset: ProviderPreset | null, issuer: string): string | null {
  const { protocol } = preset ?? ordinaryProvider;
  if (protocol === 'oidc' || URL.parse(issuer) === null) return null;
  return apiUrl === undefined ? apiUrlOf[protocol](issuer) : (textOf(apiUrl)?.replace(/\/$/, '') ?? null);
}

function secretOf({ clientSecret, teamId, keyId, privateKey }: Entry): string | AppleKey | null {
  const [team, key, pem] = [textOf(teamId), textOf(keyId), textOf(privateKey)];
  if (team !== null && key !== null && pem?.includes('PRIVATE KEY') === true)
    return { teamId: team, keyId: key, privateKey: pem.replaceAll('\\n', '\n') };
  return textOf(clientSecret);
}

const isServer = (text: string, production: boolean): boolean => {
  const url = URL.parse(text);
  if (url === null || url.search !== '' || url.hash !== '' || url.username !== '' || url.password !== '') return false;
  return url.protocol === 'https:' || (url.protocol === 'http:' && !production && isLoopback(url.hostname));
};

/** Accepts the scheme of an app only with a dot in it: the app's domain in reverse (RFC 8252 §7.1). */
function isReturnUrl(text: string, production: boolean): boolean {
  const url = URL.parse(text);
  if (url === null || url.hash !== '' || url.username !== '' || url.password !== '') return false;
  if (url.protocol === 'http:') return isLoopback(url.hostname) && !production;
  return url.protocol === 'https:' || /^[a-z][a-z0-9+-]*(\.[a-z0-9+-]+)+:$/.test(url.protocol);
}

const isObject = (value: unknown): value is Entry =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const textOf = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);

const listOf = (value: unknown, isValid: (text: string) => boolean): string[] | null =>
  Array.isArray(value) && value.every((item) => typeof item === 'string' && isValid(item)) ? value : null;

const isFilled = (list: string[]): list is [string, ...string[]] => list.length > 0;
