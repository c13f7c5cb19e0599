import { texts } from '../texts.ts';

/** Browsers in the order in which they are looked for: later ones name earlier ones, too. */
const browsers: ReadonlyArray<readonly [RegExp, string]> = [
  [/Edg(?:e|A|iOS)?\//, 'Edge'],
  [/OPR\/|Opera/, 'Opera'],
  [/Firefox\/|FxiOS\//, 'Firefox'],
  [/Chrom(?:e|ium)\/|CriOS\//, 'Chrome'],
  [/Safari\//, 'Safari'],
];
const systems: ReadonlyArray<readonly [RegExp, string]> = [
  [/iPhone|iPad/, 'iOS'],
  [/Android/, 'Android'],
  [/Windows/, 'Windows'],
  [/Mac OS X|Macintosh/, 'macOS'],
  [/CrOS/, 'ChromeOS'],
  [/Linux/, 'Linux'],
];

const maxCharacters = 60;

/** Names the browser and the system of a user agent, as far as they are known; or what it calls itself. */
export function browserOf(userAgent: string | null | undefined): string {
  if (userAgent == null || userAgent === '') return texts.account.sessions.unknown;
  const find = (known: ReadonlyArray<readonly [RegExp, string]>): string | undefined =>
    known.find(([pattern]) => pattern.test(userAgent))?.[1];
  const [browser, system] = [find(browsers), find(systems)];
  if (browser === undefined) return userAgent.slice(0, maxCharacters);
  return system === undefined ? browser : texts.account.sessions.on(browser, system);
}
