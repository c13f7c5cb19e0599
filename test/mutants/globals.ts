import { jestExpect } from '@jest/expect';
import { ModernFakeTimers } from '@jest/fake-timers';
import { ModuleMocker } from 'jest-mock';

/* What a test imports of `@jest/globals`, without Jest around it. */

export { afterAll, afterEach, beforeAll, beforeEach, describe, it, test } from 'jest-circus';
export const expect = jestExpect;

const mocker = new ModuleMocker(globalThis);
const config = { fakeTimers: {}, rootDir: '' } as ConstructorParameters<typeof ModernFakeTimers>[0]['config'];
const timers = new ModernFakeTimers({ config, global: globalThis });

type Faked = Parameters<typeof timers.useFakeTimers>[0];

export const jest = {
  fn: mocker.fn.bind(mocker),
  spyOn: mocker.spyOn.bind(mocker),
  restoreAllMocks: () => mocker.restoreAllMocks(),
  setTimeout: (): void => undefined,
  useFakeTimers: (options: Faked): void => timers.useFakeTimers(options),
  useRealTimers: (): void => timers.useRealTimers(),
  getTimerCount: (): number => timers.getTimerCount(),
  advanceTimersByTime: (ms: number): void => timers.advanceTimersByTime(ms),
  advanceTimersByTimeAsync: (ms: number): Promise<void> => timers.advanceTimersByTimeAsync(ms),
};
