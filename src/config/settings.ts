import { StartError } from '../errors.ts';
import { problemOf } from '../json-text.ts';
import { isRange } from './ip-ranges.ts';
import type { SettingName } from './setting-table.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** Every mistake in the configuration at once, each with its remedy. */
export class ConfigError extends StartError {
  readonly mistakes: readonly string[];

  constructor(mistakes: readonly string[]) {
    super(
      `The configuration has ${mistakes.length === 1 ? 'a mistake' : `${mistakes.length} mistakes`}:\n${mistakes.map((line) => `  - ${line}`).join('\n')}`,
    );
    this.mistakes = mistakes;
  }
}

interface Range {
  readonly min: number;
  readonly max: number;
  /** Anything else that there is to know of its numbers. */
  readonly note?: string;
}

export type Settings = ReturnType<typeof createSettings>;

/**
 * Typed readers over the environment which note what is wrong and go on, so that all mistakes are seen in one start.
 */
export function createSettings(env: Environment) {
  const mistakes: string[] = [];
  const mistake = (name: SettingName, remedy: string): void => void mistakes.push(`${name}: ${remedy}`);
  const raw = (name: SettingName): string => (env[name] ?? '').trim();
  const list = (name: SettingName): string[] =>
    raw(name)
      .split(/[\s,]+/)
      .filter((item) => item !== '');

  /** Reads the JSON of a setting; undefined for a text that is none. One that is ambiguous or too deep counts as not set. */
  function readJson(name: SettingName, fallback: '{}' | '[]'): unknown {
    const text = raw(name) || fallback;
    const problem = problemOf(text);
    if (problem === null) return parseJson(text);
    mistake(name, `its JSON is not accepted: ${problem}`);
    return parseJson(fallback);
  }

  return {
    mistakes: mistakes as readonly string[],
    mistake,

    list,

    /** A JSON object; empty by default. */
    json(name: SettingName): Record<string, unknown> {
      const value = objectOf(readJson(name, '{}'));
      if (value === null) mistake(name, 'expected a JSON object');
      return value ?? {};
    },

    /** A JSON array; empty by default. */
    jsonList(name: SettingName): readonly unknown[] {
      const value = readJson(name, '[]');
      if (!Array.isArray(value)) mistake(name, 'expected a JSON array');
      return Array.isArray(value) ? value : [];
    },

    text: (name: SettingName, fallback: string): string => raw(name) || fallback,

    integer(name: SettingName, fallback: number, { min, max, note }: Range): number {
      const text = raw(name);
      if (text === '') return fallback;
      const number = Number(text);
      if (/^\d+$/.test(text) && number >= min && number <= max) return number;
      mistake(name, `expected a whole number from ${min} to ${max}${note === undefined ? '' : `; ${note}`}`);
      return fallback;
    },

    /** Reads one of some values; without a fallback the setting is required. */
    oneOf<T extends string>(name: SettingName, values: readonly [T, ...T[]], fallback?: T): T {
      const text = raw(name);
      const found = values.find((value) => value === text);
      if (found !== undefined) return found;
      if (text === '' && fallback !== undefined) return fallback;
      mistake(name, `${text === '' ? 'must be set: ' : ''}expected one of ${values.join(', ')}`);
      return values[0];
    },

    someOf: <T extends string>(name: SettingName, values: readonly T[]): T[] =>
      list(name).flatMap((item) => {
        const found = values.find((value) => value === item);
        if (found !== undefined) return [found];
        mistake(name, `\`${item}\` is unknown; expected a list of ${values.join(', ')}`);
        return [];
      }),

    url(name: SettingName, fallback: string, protocols: readonly string[]): string {
      const url = URL.parse(raw(name) || fallback);
      const isBare = url?.search === '' && url.hash === '' && url.username === '' && url.password === '';
      if (url !== null && isBare && protocols.includes(url.protocol)) {
        return url.href.replace(/\/$/, '');
      }
      mistake(name, `expected a URL such as ${fallback}`);
      return fallback;
    },

    origins: (name: SettingName): string[] =>
      list(name).flatMap((item) => {
        const url = URL.parse(item);
        const isOrigin = url?.origin === item.replace(/\/$/, '') && !item.includes('*');
        if (isOrigin && /^https?:$/.test(url.protocol)) return [url.origin];
        mistake(
          name,
          `\`${item}\` is not an origin; expected a list such as https://app.example.com,http://localhost:5173`,
        );
        return [];
      }),

    ranges: (name: SettingName): string[] =>
      list(name).filter((range) => (isRange(range) && !range.endsWith('/0')) || mistake(name, rangeRemedy(range))),

    networks(name: SettingName): Record<string, string[]> {
      const named = objectOf(readJson(name, '{}'));
      const isNetwork = ([, ranges]: [string, unknown]): boolean =>
        Array.isArray(ranges) && ranges.every((range) => typeof range === 'string' && isRange(range));
      if (named !== null && Object.entries(named).every(isNetwork)) return named as Record<string, string[]>;
      mistake(name, 'expected JSON of names to CIDR ranges, such as {"office":["192.0.2.0/24"]}');
      return {};
    },
  };
}

const rangeRemedy = (range: string): string =>
  `\`${range}\` is neither an IP address nor a CIDR range such as 10.0.0.0/8`;

function objectOf(value: unknown): Record<string, unknown> | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : null;
}

/** Answers undefined for a text that is no JSON. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
