import type { Ask } from '../../../src/http/pages/ask.ts';
import { documentOf } from '../../../src/http/pages/layout.ts';
import type { Page, PageAnswer } from '../../../src/http/pages/page.ts';
import { Refusal, type ApiError } from '../../../src/http/pages/refusal.ts';
import { openSite, type SiteSettings } from '../../../src/http/pages/site.ts';
import type { SallyportCookie } from '../../../src/request/cookie-jar.ts';

export const siteSettings: SiteSettings = {
  publicUrl: 'https://api.example/base',
  returnOrigins: ['https://app.example'],
  brand: { name: 'Demo & Sons', logo: null, color: '#336699' },
  canRegister: true,
  canSignInByEmail: true,
  canTrustDevices: true,
  providers: [],
};

/** Makes a refusal of the API. */
export const refused = (code: string, extensions: Partial<ApiError['extensions']> = {}): Refusal =>
  new Refusal({ message: `Refused: <${code}>.`, extensions: { code, ...extensions } });

export interface Visited {
  /** What the API answers, by the name of the operation. */
  readonly api?: Readonly<Record<string, unknown>>;
  readonly cookies?: Partial<Record<SallyportCookie, string>>;
  readonly settings?: Partial<SiteSettings>;
}

/** What a browser makes of a page. */
export interface Seen {
  readonly answer: PageAnswer;
  /** The operations that the API was asked, with their variables. */
  readonly asked: ReadonlyArray<readonly [operation: string, variables: unknown]>;
  readonly markup: string;
  /** Where its forms go, and what they carry without being seen. */
  readonly forms: ReadonlyArray<{ readonly action: string; readonly hidden: Readonly<Record<string, string>> }>;
  readonly links: readonly string[];
  readonly cleared: readonly string[];
  /** The cookies that the answer sets. */
  readonly kept: Partial<Record<SallyportCookie, string>>;
}

/** Visits a page of a site, whose API answers as it is told: by GET, or by POST if a form is given. */
export async function visit(
  page: Page,
  path: string,
  fields: Readonly<Record<string, string>> | null = null,
  { api = {}, cookies = {}, settings = {} }: Visited = {},
): Promise<Seen> {
  const asked: Array<readonly [string, unknown]> = [];
  const cleared: string[] = [];
  const kept: Partial<Record<SallyportCookie, string>> = {};
  const ask: Ask = async (document, ...[variables]) => {
    const operation = / (\w+)[ ({]/.exec(String(document).trim())?.[1] ?? '';
    asked.push([operation, variables]);
    const answer = api[operation];
    if (answer instanceof Error) throw answer;
    return answer as never;
  };
  const { site } = openSite({ ...siteSettings, ...settings });
  const answer = await page({
    url: new URL(site.base + path, site.publicUrl),
    form: fields === null ? null : new Map(Object.entries(fields)),
    ask,
    cookies: {
      get: (name) => cookies[name],
      set: (name, value) => void (kept[name] = value),
      clear: (name) => void cleared.push(name),
    },
    site,
  });
  const markup = 'redirectTo' in answer ? '' : documentOf(answer, site).replaceAll(/\s+/g, ' ');
  return { answer, asked, markup, cleared, kept, forms: formsIn(markup), links: linksIn(markup) };
}

const formsIn = (markup: string): Seen['forms'] =>
  markup
    .split('<form ')
    .slice(1)
    .map((text) => ({
      action: /action="([^"]*)"/.exec(text)?.[1] ?? '',
      hidden: Object.fromEntries(
        [...text.matchAll(/type="hidden" name="([^"]*)" value="([^"]*)"/g)].map(([, name = '', value = '']) => [
          name,
          value,
        ]),
      ),
    }));

/** The links of a page but for those that every page has. */
const linksIn = (markup: string): string[] =>
  [...(markup.split('<main')[1] ?? '').matchAll(/<a [^>]*href="([^"]*)"/g)].map(([, href = '']) => href);
