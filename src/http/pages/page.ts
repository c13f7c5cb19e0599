import type { CookieJar } from '../../request/cookie-jar.ts';
import type { Ask } from './ask.ts';
import type { Html } from './html.ts';
import type { Site } from './site.ts';

/** A form as it was sent; a field that was left empty is not in it. */
export type Form = ReadonlyMap<string, string>;

/** One request for a page. */
export interface Visit {
  readonly url: URL;
  /** The form that was sent; null if the page is only looked at, which changes nothing. */
  readonly form: Form | null;
  readonly ask: Ask;
  readonly cookies: Pick<CookieJar, 'get' | 'set' | 'clear'>;
  readonly site: Site;
}

export type PageAnswer = ShownPage | Redirect;

export interface ShownPage {
  readonly title: string;
  readonly main: Html;
  /** 200 by default. */
  readonly status?: number;
  readonly retryAfterSeconds?: number | undefined;
  /** Where the browser goes by itself. */
  readonly refreshTo?: string;
  /** `narrow` for one form, which is the default; `wide` for a page with parts. */
  readonly width?: 'narrow' | 'wide';
  /** Stands beside the name of the service at the head of the page. */
  readonly head?: Html;
}

/** Leads the browser on, by GET. */
export interface Redirect {
  readonly redirectTo: string;
}

/** Answers a visit. @throws Refusal or AppError, which are shown as a page of their own. */
export type Page = (visit: Visit) => Promise<PageAnswer>;
