import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { arenas, limitMemory, v8Options } from '../../src/config/memory.ts';

/** What the process is replaced by: its file, its arguments and its environment. */
type Replacement = readonly [string, readonly string[] | undefined, NodeJS.ProcessEnv | undefined];

const changed = ['execve', 'platform', 'connected', 'execArgv', 'argv', 'execPath'] as const;
const kept = changed.map((name) => [name, Object.getOwnPropertyDescriptor(process, name)] as const);
let replacements: Replacement[];

function change(name: (typeof changed)[number], value: unknown): void {
  Object.defineProperty(process, name, { value, configurable: true, writable: true });
}

beforeEach(() => {
  replacements = [];
  change('execve', (...replacement: Replacement) => void replacements.push(replacement));
  change('platform', 'linux');
  change('connected', undefined);
  change('execPath', '/bin/node');
  change('execArgv', ['--one']);
  change('argv', ['node', 'main.js', 'serve']);
});
afterEach(() => {
  for (const [name, descriptor] of kept) {
    if (descriptor === undefined) Reflect.deleteProperty(process, name);
    else Object.defineProperty(process, name, descriptor);
  }
});

function replacementOf(environment: NodeJS.ProcessEnv): Replacement | undefined {
  limitMemory(environment);
  return replacements.at(0);
}

describe('The memory of a server', () => {
  test('is limited by a process with options and an arena of its own in its place', () => {
    expect(replacementOf({ NODE_ENV: 'production', HOME: '/root' })).toEqual([
      '/bin/node',
      ['/bin/node', ...v8Options, '--one', 'main.js', 'serve'],
      { NODE_ENV: 'production', HOME: '/root', MALLOC_ARENA_MAX: '1' },
    ]);
    expect(v8Options).toEqual([
      '--max-semi-space-size=12',
      '--no-parallel-scavenge',
      '--no-allocation-site-pretenuring',
      '--heap-growing-percent=50',
    ]);
  });

  test('is not limited again by the process that has taken the place', () => {
    change('execArgv', v8Options);
    expect(replacementOf({ NODE_ENV: 'production', [arenas]: '1' })).toBeUndefined();
  });

  test('is limited for what the operator has not set, on the command line or in NODE_OPTIONS', () => {
    const [own, ...others] = ['--max-semi-space-size=64', ...v8Options.slice(1)];
    change('execArgv', [own]);
    const NODE_ENV = 'production';
    expect(replacementOf({ NODE_ENV, [arenas]: '2' })).toEqual([
      '/bin/node',
      ['/bin/node', ...others, own, 'main.js', 'serve'],
      { NODE_ENV, [arenas]: '2' },
    ]);
    replacements = [];
    change('execArgv', []);
    const NODE_OPTIONS = v8Options.slice(0, -1).join(' ');
    expect(replacementOf({ NODE_ENV, NODE_OPTIONS, [arenas]: '2' })?.[1]).toEqual([
      '/bin/node',
      ...v8Options.slice(-1),
      'main.js',
      'serve',
    ]);
  });

  test('is limited for the arenas alone if every option is set', () => {
    change('execArgv', v8Options);
    expect(replacementOf({ NODE_ENV: 'production' })).toEqual([
      '/bin/node',
      ['/bin/node', ...v8Options, 'main.js', 'serve'],
      { NODE_ENV: 'production', [arenas]: '1' },
    ]);
  });

  test('is left as it is in development, on another system, and under a parent that talks to the process', () => {
    const environment = { NODE_ENV: 'production' };
    expect(replacementOf({ NODE_ENV: 'development' })).toBeUndefined();
    expect(replacementOf({})).toBeUndefined();
    change('platform', 'darwin');
    expect(replacementOf(environment)).toBeUndefined();
    change('platform', 'linux');
    change('connected', true);
    expect(replacementOf(environment)).toBeUndefined();
    change('connected', false);
    expect(replacementOf(environment)).toBeDefined();
  });

  test('is left as it is if a process cannot be replaced', () => {
    change('execve', undefined);
    expect(() => limitMemory({ NODE_ENV: 'production' })).not.toThrow();
  });
});
