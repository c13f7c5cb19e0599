import { expect, test } from '@jest/globals';
import { html } from '../../../src/http/pages/html.ts';
import { card, documentOf, time } from '../../../src/http/pages/layout.ts';
import type { ShownPage } from '../../../src/http/pages/page.ts';
import { problemPage } from '../../../src/http/pages/problem-page.ts';
import { openSite } from '../../../src/http/pages/site.ts';
import { refused, siteSettings } from './visit.ts';

const { site } = openSite(siteSettings);
const write = (page: Partial<ShownPage> = {}, changed: Partial<typeof site> = {}): string =>
  documentOf({ title: 'A <page>', main: html`<b>main</b>`, ...page }, { ...site, ...changed }).replaceAll(/\s+/g, ' ');

test('A page names what it is and whose, in an order that a crowded window can show', () => {
  const titleOf = (markup: string): string | undefined => /<title>(.*)<\/title>/.exec(markup)?.[1];
  expect(titleOf(write())).toBe('A &lt;page&gt; · Demo &amp; Sons');
  expect(titleOf(write({ title: 'Demo & Sons' }))).toBe('Demo &amp; Sons');
});

test('A page has its parts, its style sheet and its script, and the logo if there is one', () => {
  const plain = write();
  expect(plain).toMatch(/^<!doctype html> <html lang="en">/);
  expect(plain).toContain(`<link rel="stylesheet" href="${site.assets.style}" />`);
  expect(plain).toContain(`<script type="module" src="${site.assets.script}"></script>`);
  expect(plain).toContain('<body class="narrow" data-public-url="https://api.example/base"');
  expect(plain).toContain('<main id="main" tabindex="-1"><b>main</b></main>');
  expect(plain).toContain('<link rel="icon" href="data:,"');
  expect(plain).toContain('href="/base/account"><span class="mark" aria-hidden="true"></span>Demo &amp; Sons</a>');
  const logo = write({ width: 'wide', head: html`<i>head</i>` }, { assets: { ...site.assets, logo: '/a"b' } });
  expect(logo).toContain('<link rel="icon" href="/a&quot;b"');
  expect(logo).toContain('<img src="/a&quot;b" alt="Demo &amp; Sons" /></a> <i>head</i>');
  expect(logo).toContain('<body class="wide"');
});

test('A card has a lead if there is something to say', () => {
  const written = (lead: string | null): string => card('A <card>', lead, html`<i></i>`).markup.replaceAll(/\s+/g, ' ');
  expect(written('<Lead>')).toContain('<h1>A &lt;card&gt;</h1> <p class="lead">&lt;Lead&gt;</p> <i></i>');
  expect(written(null)).toContain('<h1>A &lt;card&gt;</h1> <i></i>');
});

test('A moment is written in UTC, to the minute or to the day', () => {
  const iso = '2026-01-02T03:04:05.678Z';
  expect([time(iso).markup, time(iso, 'date').markup]).toEqual([
    `<time datetime="${iso}" data-shown="moment">2026-01-02 03:04 UTC</time>`,
    `<time datetime="${iso}" data-shown="date">2026-01-02</time>`,
  ]);
});

test('A problem says what went wrong, how long to wait and what to report, as far as that is known', () => {
  const shown = (code: string, extensions = {}) => problemPage(refused(code, extensions), site);
  const limited = shown('RATE_LIMITED', { retryAfterSeconds: 0 });
  expect(limited).toMatchObject({ status: 429, retryAfterSeconds: 0 });
  expect(limited.main.markup).toContain('Refused: &lt;RATE_LIMITED&gt;.');
  expect(limited.main.markup).toContain('<p>Try again in 0 seconds.</p>');
  const broken = shown('INTERNAL_SERVER_ERROR', { requestId: 'a<b' });
  expect(broken).toMatchObject({ status: 500 });
  expect(broken.main.markup).toContain('report it with the number a&lt;b.</p>');
  for (const { main } of [shown('FORBIDDEN'), limited]) expect(main.markup).not.toMatch(/undefined|report it/);
  expect(shown('FORBIDDEN').main.markup).not.toContain('Try again');
  expect(shown('FORBIDDEN').main.markup).toContain('<a class="button" href="/base/account">');
});
