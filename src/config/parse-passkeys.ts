import type { Settings } from './settings.ts';

export interface PasskeysConfig {
  /** Origins besides PUBLIC_URL's own from which responses are accepted. */
  readonly origins: readonly string[];
  /** Mobile apps that may use the passkeys of this site. */
  readonly apps: {
    /** Application identifiers, such as `TEAMID1234.com.example.app`. */
    readonly ios: readonly string[];
    readonly android: ReadonlyArray<{ readonly package: string; readonly sha256: readonly string[] }>;
  };
}

export const parsePasskeys = (settings: Settings): PasskeysConfig => ({
  origins: settings
    .list('PASSKEY_ORIGINS')
    .filter((origin) => isOrigin(origin) || settings.mistake('PASSKEY_ORIGINS', originRemedy(origin))),
  apps: parseApps(settings),
});

const appOrigin = /^android:apk-key-hash:[A-Za-z0-9_-]{43}$/;

const isOrigin = (text: string): boolean =>
  appOrigin.test(text) || (URL.parse(text)?.origin === text && /^https:|^http:\/\/localhost(:|$)/.test(text));

const originRemedy = (text: string): string =>
  `\`${text}\` is no origin; expected a list such as https://app.example.com,android:apk-key-hash:… (43 characters of base64url)`;

const noApps: PasskeysConfig['apps'] = { ios: [], android: [] };

function parseApps(settings: Settings): PasskeysConfig['apps'] {
  const { ios = [], android = [], ...others } = settings.json('PASSKEY_APPS');
  const isValid =
    Object.keys(others).length === 0 && isTextList(ios) && Array.isArray(android) && android.every(isAndroidApp);
  if (isValid) return { ios, android };
  settings.mistake(
    'PASSKEY_APPS',
    'expected JSON such as {"ios":["TEAMID1234.com.example.app"],"android":[{"package":"com.example.app","sha256":["AB:CD:…"]}]}',
  );
  return noApps;
}

const isTextList = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((item) => typeof item === 'string');

const isAndroidApp = (value: unknown): value is { package: string; sha256: string[] } =>
  typeof value === 'object' &&
  value !== null &&
  Object.keys(value).length === 2 &&
  'package' in value &&
  typeof value.package === 'string' &&
  'sha256' in value &&
  isTextList(value.sha256);
