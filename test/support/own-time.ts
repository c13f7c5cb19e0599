import { jest } from '@jest/globals';

const inOwnTime = [
  'Date',
  'hrtime',
  'nextTick',
  'performance',
  'queueMicrotask',
  'requestAnimationFrame',
  'cancelAnimationFrame',
  'requestIdleCallback',
  'cancelIdleCallback',
  'setImmediate',
  'clearImmediate',
] as const;

/** Lets the test alone make intervals pass, and delays if it says so; everything else takes its own time. */
export function stopTimers(which: 'intervals' | 'intervals and delays'): void {
  const delays = which === 'intervals' ? (['setTimeout', 'clearTimeout'] as const) : [];
  jest.useFakeTimers({ doNotFake: [...inOwnTime, ...delays] });
}
