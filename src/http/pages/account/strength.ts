import { form, type FormParts } from '../form.ts';
import type { SecurityQuery } from '../generated/documents.ts';
import { html, type Html, type Part } from '../html.ts';
import { nameOf } from '../provider-page.ts';
import { texts } from '../texts.ts';
import { badge, panel } from './account-layout.ts';
import type { SectionView } from './section.ts';

type Data = NonNullable<SecurityQuery['me']>;

/** A way to sign in, and each thing that a stranger would need to take it. */
export interface WayIn {
  readonly name: string;
  readonly needs: readonly string[];
}

const words = texts.account.strength;
const fewCodes = 3;

/** Lists the ways into an account. A passkey takes two things by itself: what keeps it, and what unlocks that. */
export function waysInto(me: Data, site: SectionView['site']): WayIn[] {
  const factors = (me.secondFactors ?? []).flatMap((factor) => words.factors[factor] ?? []);
  const second = factors.length === 0 ? [] : [factors.join(words.or)];
  const identities = (me.externalIdentities ?? []).map(({ provider }) => nameOf(site, provider));
  return [
    ...(me.hasPassword === false ? [] : [{ name: words.password, needs: [words.yourPassword, ...second] }]),
    ...((me.passkeys ?? []).length === 0 ? [] : [{ name: words.passkey, needs: words.passkeyNeeds }]),
    ...[...new Set(identities)].map((name) => ({ name, needs: [words.yourAccountAt(name), ...second] })),
    { name: site.canSignInByEmail ? words.mailCode : words.mailReset, needs: [words.yourMailbox, ...second] },
  ];
}

/** Says how strong an account is: what a stranger would still need, and what makes it stronger. */
export function strengthPanel(me: Data, view: SectionView): Html {
  const ways = waysInto(me, view.site);
  const isWeak = ways.some(({ needs }) => needs.length < 2);
  const rows = ways.map(
    ({ name, needs }) =>
      html`<li class="way">
        <p class="name">${name}</p>
        <ul class="needs">
          ${needs.map((need) => html`<li>${need}</li>`)}
        </ul>
      </li>`,
  );
  return panel(
    words.title,
    html`
      <p class="lead">${words.needed}</p>
      <ul class="rows">
        ${rows}
      </ul>
      ${warnings(me).map((text) => html`<p class="warning"><span aria-hidden="true">!</span> ${text}</p>`)}
      ${isWeak && choices(view)}
    `,
    {
      lead: isWeak ? words.weak : words.strong,
      badge: isWeak ? badge(`! ${words.oneThing}`) : badge(`✓ ${words.twoThings}`, true),
    },
  );
}

/** What weakens an account besides its ways in, or may lock its owner out. */
function warnings({ secondFactors, recoveryCodesLeft, trustedDevices, emailVerified }: Data): string[] {
  const hasFactors = (secondFactors ?? []).length > 0;
  const [left, trusted] = [recoveryCodesLeft ?? 0, (trustedDevices ?? []).length];
  return [
    ...(hasFactors && left < fewCodes ? [words.codesLeft(left)] : []),
    ...(hasFactors && trusted > 0 ? [words.trusted(trusted)] : []),
    ...(emailVerified === true ? [] : [words.unconfirmed]),
  ];
}

/** Two large choices, each with the time that it takes: an account that has either is not weak. */
function choices({ action }: SectionView): Part {
  const choice = (id: string, begin: string, title: string, about: string): Html => {
    const submit = html`<strong>${title}</strong> <span>${about}</span>`;
    const parts: FormParts = { action, id, hidden: { action: begin }, fields: [], submit, style: 'choice' };
    return form(parts);
  };
  return html`<div class="choices">
    ${choice('choice-totp', 'begin-totp', words.totp, words.totpTime)}
    <div hidden data-needs-passkeys>
      ${choice('choice-passkey', 'begin-passkey', words.passkeyChoice, words.passkeyTime)}
    </div>
  </div>`;
}
