import { setTimeout } from 'node:timers/promises';

const pauseMs = 10;
const maxTries = 6_000;

/** Waits for something that happens by itself; fails, naming it, where it does not come within a minute. */
export async function until(holds: () => boolean | Promise<boolean>, what = 'what is waited for'): Promise<void> {
  for (let triesLeft = maxTries; !(await holds()); triesLeft -= 1) {
    if (triesLeft === 0) throw new Error(`${what} does not come`);
    await setTimeout(pauseMs);
  }
}
