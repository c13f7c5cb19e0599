import { describe, expect, test } from '@jest/globals';
import { setTimeout } from 'node:timers/promises';
import { createPacedReading } from '../../../src/identity/signing-keys/paced-reading.ts';

describe('A paced reading', () => {
  test('that fails is told to all who asked for it, and the next one is another', async () => {
    let readings = 0;
    const readAgain = createPacedReading(async () => {
      readings += 1;
      if (readings === 1) throw new Error('away');
    }, 0);
    const asked = await Promise.allSettled([readAgain(), readAgain()]);
    expect(asked).toMatchObject(asked.map(() => ({ status: 'rejected', reason: { message: 'away' } })));
    await readAgain();
    expect(readings).toBe(2);
  });

  test('begins no sooner than its pace after the one before, however late that is asked for', async () => {
    let readings = 0;
    const readAgain = createPacedReading(async () => void (readings += 1), 200);
    for (const count of [1, 2, 3]) {
      const asked = readAgain();
      if (count > 1) {
        // Timers fire in their order, however late they are.
        await setTimeout(100);
        expect(readings).toBe(count - 1);
      }
      await asked;
      expect(readings).toBe(count);
    }
  });

  test('began after it was asked for, and is under way alone', async () => {
    const readings: Array<() => void> = [];
    const readAgain = createPacedReading(() => new Promise((resolve) => readings.push(resolve)), 0);
    const begun = async (count: number): Promise<void> => {
      while (readings.length < count) await new Promise((resolve) => setImmediate(resolve));
    };
    const done: string[] = [];
    const first = readAgain().then(() => done.push('first'));
    await begun(1);
    const questions = [readAgain().then(() => done.push('second')), readAgain().then(() => done.push('third'))];
    // Timers fire in their order: one that a second reading would wait for comes before these.
    for (let ticks = 0; ticks < 3; ticks += 1) await setTimeout(0);
    expect(readings).toHaveLength(1);
    readings[0]?.();
    await first;
    await begun(2);
    expect(done).toEqual(['first']);
    readings[1]?.();
    await Promise.all(questions);
    expect(readings).toHaveLength(2);
  });
});
