import { form, reasonOf, refusedWith, type Tried } from '../form.ts';
import { attributes, html, type Html, type Part } from '../html.ts';
import { alert, notice } from '../layout.ts';
import type { ShownPage, Visit } from '../page.ts';
import { refusalByProvider } from '../provider-page.ts';
import type { Site } from '../site.ts';
import { texts } from '../texts.ts';
import type { DoneName, Section, SectionName } from './section.ts';

export const sectionPaths: Readonly<Record<SectionName, string>> = {
  profile: '/account',
  security: '/account/security',
  sessions: '/account/sessions',
  apiKeys: '/account/api-keys',
};

const accountParameter = 'account';

/** Returns where a form goes that was written for an account: it names it, so that it acts for no other. */
export const formActionOf = ({ base }: Site, path: string, account: string | null): string =>
  base + path + (account === null ? '' : `?${accountParameter}=${encodeURIComponent(account)}`);

/** Returns the account for which the form of a visit was written; null if it names none. */
export const accountOf = ({ url }: Pick<Visit, 'url'>): string | null => url.searchParams.get(accountParameter);

/** Puts a section between the navigation of the account and the head of the page. */
export function accountLayout<Data>(
  { site, url }: Visit,
  section: Section<Data>,
  { data, id: account, email }: { readonly data: Data; readonly id: string; readonly email: string },
  tried: Tried | null,
): ShownPage {
  const { title, lead } = texts.account[section.name];
  let isShownAgain = false;
  const triedOf = (action: string, id?: string): Tried | null => {
    if (tried === null || tried.form.get('action') !== action || tried.form.get('id') !== id) return null;
    isShownAgain = true;
    return tried;
  };
  const content = section.show(data, { site, action: formActionOf(site, section.path, account), triedOf });
  const done = isOfAnother({ url }, account) ? 'other-account' : (url.searchParams.get('done') ?? '');
  return {
    title,
    width: 'wide',
    ...refusedWith(tried),
    head: whoOf(site, email),
    main: html`<div class="account">
      ${navigation(site, section.name)}
      <div class="section">
        <h1>${title}</h1>
        <p class="lead">${lead}</p>
        ${tried?.refusal == null && (refusalByProvider({ url }) || (isDone(done) && notice(texts.account.done[done])))}
        ${tried?.refusal != null && !isShownAgain && alert(reasonOf(tried.refusal))} ${content}
      </div>
    </div>`,
  };
}

/** Tells whether a page was left as one account, and is come back to as another. */
export const isOfAnother = (visit: Pick<Visit, 'url'>, account: string): boolean =>
  accountOf(visit) !== null && accountOf(visit) !== account;

const isDone = (name: string): name is DoneName => Object.hasOwn(texts.account.done, name);

const whoOf = ({ base }: Site, email: string): Html =>
  html`<div class="who">
    <span><span class="hidden-text">${texts.signedInAs} </span>${email}</span>
    ${form({ action: `${base}/sign-out`, id: 'out', fields: [], submit: texts.signOut.submit, style: 'quiet' })}
  </div>`;

const navigation = ({ base }: Site, current: SectionName): Html =>
  html`<nav aria-label="${texts.account.navigation}">
    <ul>
      ${Object.entries(texts.account.sections).map(
        ([name, text]) =>
          html`<li>
            <a
              href="${base}${sectionPaths[name as SectionName]}"
              ${attributes({ 'aria-current': name === current ? 'page' : undefined })}
              >${text}</a
            >
          </li>`,
      )}
    </ul>
  </nav>`;

/** A part of a section. */
export const panel = (title: string, content: Part, { lead, badge }: { lead?: Part; badge?: Part } = {}): Html =>
  html`<section class="panel">
    <div class="title">
      <h2>${title}</h2>
      ${badge}
    </div>
    ${lead !== undefined && html`<p class="lead">${lead}</p>`} ${content}
  </section>`;

/** Hands the script what password managers are told of the passkeys that the account has, and of its names. */
export const passkeyHints = (signals: unknown): Part =>
  signals != null && html`<div hidden data-passkey-signals="${JSON.stringify(signals)}"></div>`;

export const badge = (text: string, isGood = false): Html =>
  html`<span class="badge ${isGood ? 'good' : ''}">${text}</span>`;

/** Opens what is rarely needed, or what cannot be undone: two presses, without a script. */
export const disclosure = (title: string, content: Part, options: { open?: boolean; label?: string } = {}): Html =>
  html`<details ${attributes({ open: options.open })}>
    <summary ${attributes({ 'aria-label': options.label })}>${title}</summary>
    <div class="inside">${content}</div>
  </details>`;
