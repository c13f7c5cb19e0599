import { form } from './form.ts';
import { RevertEmailChange } from './generated/documents.ts';
import { card } from './layout.ts';
import { invalidLinkPage, donePage, isOfToken } from './link-page.ts';
import type { Page } from './page.ts';
import { attempt, Refusal } from './refusal.ts';
import { texts } from './texts.ts';

/** Takes a change of the e-mail back, by the link that the former one got. */
export const revertEmailChangePage: Page = async ({ ask, form: sent, site, url }) => {
  const { title, lead, submit, doneTitle, doneLead } = texts.revertEmail;
  const token = sent?.get('token') ?? url.searchParams.get('token') ?? '';
  const next = { text: texts.link.noRevert };
  if (token === '') return invalidLinkPage('missing', next);
  if (sent === null) {
    const action = `${site.base}/revert-email-change`;
    return { title, main: card(title, lead, form({ action, id: 'revert', hidden: { token }, fields: [], submit })) };
  }
  const answer = await attempt(ask(RevertEmailChange, { token }));
  if (!(answer instanceof Refusal)) {
    return donePage(doneTitle, doneLead, { text: texts.link.newReset, href: `${site.base}/reset-password` });
  }
  if (isOfToken(answer)) return invalidLinkPage('spent', next);
  throw answer;
};
