import { setTimeout } from 'node:timers/promises';

/** Waits for something that happens by itself; fails where it does not come in ten seconds. */
export async function until(holds: () => boolean | Promise<boolean>, what = 'it'): Promise<void> {
  for (let triesLeft = 500; !(await holds()); triesLeft -= 1) {
    if (triesLeft === 0) throw new Error(`${what} does not come`);
    await setTimeout(20);
  }
}
