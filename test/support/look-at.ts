import { expect } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Page } from 'playwright-core';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
declare const window: {
  readonly axe: {
    run: (
      options: object,
    ) => Promise<{ violations: ReadonlyArray<{ id: string; nodes: ReadonlyArray<{ html: string }> }> }>;
  };
};

/** A folder for a picture of each page that is looked at, in light and dark, narrow and wide; none by default. */
const pictures = process.env['PICTURES'];

export const wide = { width: 1280, height: 900 };
const viewports = { wide, narrow: { width: 360, height: 720 } };

/** Looks at a page by axe, in light and dark and in a narrow window: nothing is wrong, and nothing scrolls sideways. */
export async function lookAt(page: Page, name: string): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    for (const [width, viewport] of Object.entries(viewports)) {
      await page.setViewportSize(viewport);
      if (pictures !== undefined)
        await page.screenshot({ path: join(pictures, `${name}-${colorScheme}-${width}.png`), fullPage: true });
      expect(await page.evaluate('document.documentElement.scrollWidth <= document.documentElement.clientWidth')).toBe(
        true,
      );
    }
    expect(await problemsOf(page, colorScheme === 'light' ? {} : { runOnly: ['color-contrast'] })).toEqual([]);
  }
  await page.emulateMedia({ colorScheme: 'light' });
  await page.setViewportSize(wide);
}

async function problemsOf(page: Page, options: object): Promise<string[]> {
  await page.evaluate(axe);
  const found = await page.evaluate((rules) => window.axe.run({ ...rules, resultTypes: ['violations'] }), options);
  return found.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
}
