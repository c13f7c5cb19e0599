import { expect } from '@jest/globals';
import type { Page } from 'playwright-core';

/**
 * Expects the Tab key to reach everything of a page that can be operated, in the order of the document, and each stop to
 * show that it has the focus.
 */
export async function expectTabOrder(page: Page): Promise<void> {
  const expected = await markInOrder(page);
  const seen: unknown[] = [];
  for (let stop = 0; stop < expected; stop += 1) {
    await page.keyboard.press('Tab');
    seen.push(await page.evaluate(`(${describeFocus.toString()})()`));
  }
  expect(seen).toEqual(Array.from({ length: expected }, (_, order) => ({ order, isVisible: true })));
}

/** Goes by the Tab key alone to the control with this text or label, and presses Enter on it. */
export async function enterByKeyboard(page: Page, name: string): Promise<void> {
  for (let stops = await markInOrder(page); stops > 0; stops -= 1) {
    await page.keyboard.press('Tab');
    if ((await page.evaluate<string>(`(${nameOfFocus.toString()})()`)) === name) return page.keyboard.press('Enter');
  }
  throw new Error(`The Tab key does not reach ${name}.`);
}

/** Numbers what can be operated, and leaves the focus where the next Tab begins anew: behind the last of it. */
async function markInOrder(page: Page): Promise<number> {
  const howMany = await page.evaluate<number>(`(${markReachable.toString()})()`);
  await page.keyboard.press('Tab');
  return howMany;
}

/**
 * Runs in the page: numbers what the Tab key should reach, in the order of the document, and focuses the last of it;
 * answers how many there are.
 */
function markReachable(): number {
  const all = [...document.querySelectorAll<HTMLElement>('a[href], button, input, select, summary')];
  const reachable = all.filter((one) => one.checkVisibility() && one.getAttribute('type') !== 'hidden');
  for (const [order, one] of reachable.entries()) one.dataset['order'] = String(order);
  reachable.at(-1)?.focus();
  return reachable.length;
}

/** Runs in the page: tells which of them has the focus, and whether its place can be seen. */
function describeFocus(): { order: number; isVisible: boolean } {
  const focused = document.activeElement as HTMLElement;
  const { outlineStyle, outlineWidth } = getComputedStyle(focused);
  const { width, height } = focused.getBoundingClientRect();
  const isVisible = outlineStyle !== 'none' && Number.parseFloat(outlineWidth) > 0 && width > 0 && height > 0;
  return { order: Number(focused.dataset['order']), isVisible };
}

/** Runs in the page. */
function nameOfFocus(): string {
  const { textContent } = document.activeElement as HTMLElement;
  return textContent.trim();
}

declare const document: {
  readonly activeElement: unknown;
  querySelectorAll<T>(selector: string): Iterable<T>;
};
interface HTMLElement {
  readonly dataset: Record<string, string>;
  readonly textContent: string;
  checkVisibility(): boolean;
  focus(): void;
  getAttribute(name: string): string | null;
  getBoundingClientRect(): { readonly width: number; readonly height: number };
}
declare function getComputedStyle(element: HTMLElement): {
  readonly outlineStyle: string;
  readonly outlineWidth: string;
};
