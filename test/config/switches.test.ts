import { describe, expect, test } from '@jest/globals';
import { parseConfig, type Config } from '../../src/config/config.ts';
import { mistakesOf, production } from './mistakes.ts';

interface Switch {
  readonly name: string;
  readonly development: boolean;
  readonly test: boolean;
  readonly production: boolean;
  readonly read: (config: Config) => boolean;
}

const switches: readonly Switch[] = [
  {
    name: 'TELL_REQUIRED',
    development: true,
    test: false,
    production: false,
    read: ({ access }) => access.tellRequired,
  },
  {
    name: 'SIMULATION_RESULTS',
    development: false,
    test: false,
    production: false,
    read: ({ access }) => access.simulationResults,
  },
  { name: 'REFUSAL_IDS', development: false, test: false, production: true, read: ({ audit }) => audit.refusalIds },
  { name: 'CONSOLE', development: true, test: true, production: true, read: (config) => config.console },
  { name: 'PAGES', development: true, test: true, production: true, read: ({ pages }) => pages.isOn },
];

const modes = { development: {}, test: { NODE_ENV: 'test' }, production };

describe.each(switches)('The switch $name', ({ name, read, ...fallbacks }) => {
  test.each(['development', 'test', 'production'] as const)('may be turned in %s, and has its usual place', (mode) => {
    const isOn = (env: object) => read(parseConfig({ ...modes[mode], ...env }));
    expect(isOn({})).toBe(fallbacks[mode]);
    expect([isOn({ [name]: 'on' }), isOn({ [name]: 'off' })]).toEqual([true, false]);
  });

  test('is on or off', () => {
    expect(mistakesOf({ [name]: 'true' })).toEqual([`${name}: expected one of on, off`]);
  });
});

test('Refusals explain themselves in development alone, and if they tell what would suffice', () => {
  const explains = (env: object) => parseConfig({ ...env }).access.explainRefusals;
  expect(explains({})).toBe(true);
  expect(explains({ TELL_REQUIRED: 'off' })).toBe(false);
  expect(explains({ NODE_ENV: 'test', TELL_REQUIRED: 'on' })).toBe(false);
  expect(explains({ ...production, TELL_REQUIRED: 'on' })).toBe(false);
});

test('Introspection shows production what a caller may use, and others everything', () => {
  expect(parseConfig({}).access.introspection).toBe('full');
  expect(parseConfig({ NODE_ENV: 'test' }).access.introspection).toBe('full');
  expect(parseConfig(production).access.introspection).toBe('visible');
});

test('Passwords have the pepper that is set, or none', () => {
  expect(parseConfig({}).passwords.pepper).toBeUndefined();
  expect(parseConfig({ PASSWORD_PEPPER: 'hot' }).passwords.pepper).toBe('hot');
});

test('A server of production has no demo accounts, wherever it listens and its rows are', () => {
  const { DATABASE_URL: _, ...embedded } = production;
  expect(parseConfig({ ...embedded, HOST: '127.0.0.1' }).demo).toBe(false);
  expect(parseConfig({ DEMO: 'off' }).demo).toBe(false);
  expect(parseConfig({ DEMO: 'on', HOST: '0.0.0.0' }).demo).toBe(true);
});
